// What the AWS SDK for Java v2 does with an endpoint: one JSON line a step. With the argument
// "crt" the asynchronous client is that of the Common Runtime, and does all of it.
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.*;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.transfer.s3.S3TransferManager;

public class Program {
    static final int MB = 1 << 20;
    static final String BUCKET = env("BUCKET"), PREFIX = env("PREFIX");
    static final List<String> WANTED = Arrays.asList(env("STEPS").split(" "));
    static boolean crt;
    static S3Client s3;
    static S3AsyncClient async;

    interface Body { void run() throws Exception; }

    static String env(String name) { return System.getenv(name); }

    static void must(boolean holds, Object what) { if (!holds) throw new IllegalStateException(String.valueOf(what)); }

    static String quoted(String text) {
        StringBuilder made = new StringBuilder("\"");
        for (char one : String.valueOf(text).toCharArray())
            made.append(one < ' ' || one == '"' || one == '\\' || one > 126 ? String.format("\\u%04x", (int) one) : one);
        return made.append('"').toString();
    }

    static void step(String name, Body body) {
        if (!WANTED.contains(name)) return;
        String more = "";
        boolean ok = true;
        try {
            body.run();
        } catch (Exception failed) {
            Throwable error = failed instanceof CompletionException && failed.getCause() != null ? failed.getCause() : failed;
            ok = false;
            more = ", \"error\": " + quoted(error.getClass().getSimpleName() + ": " + error.getMessage());
            if (error instanceof S3Exception answer && answer.awsErrorDetails() != null)
                more += ", \"code\": " + quoted(answer.awsErrorDetails().errorCode()) + ", \"status\": " + answer.statusCode();
        }
        System.out.printf(java.util.Locale.ROOT, "{\"step\": \"%s\", \"ok\": %s%s, \"ended\": %.3f}%n", name, ok, more, System.currentTimeMillis() / 1000.0);
        System.out.flush();
    }

    static byte[] data(int size, int seed) {
        byte[] made = new byte[size];
        new java.util.Random(seed).nextBytes(made);
        return made;
    }

    static TrustManager[] trusted() throws Exception {
        if (env("CA_FILE") == null) return null;
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream pem = Files.newInputStream(Path.of(env("CA_FILE")))) {
            int number = 0;
            for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(pem))
                store.setCertificateEntry("ca" + number++, one);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    static S3Client client(String url) throws Exception {
        TrustManager[] managers = trusted();
        var http = Apache5HttpClient.builder();
        if (managers != null) http.tlsTrustManagersProvider(() -> managers);
        return S3Client.builder().endpointOverride(URI.create(url)).region(Region.of(env("AWS_REGION")))
            .forcePathStyle(true).httpClientBuilder(http).build();
    }

    static byte[] read(S3Client by, String name, Consumer<GetObjectRequest.Builder> how) {
        GetObjectRequest.Builder asked = GetObjectRequest.builder().bucket(BUCKET).key(PREFIX + name);
        how.accept(asked);
        if (!crt) return by.getObjectAsBytes(asked.build()).asByteArray();
        ResponseBytes<GetObjectResponse> found = async.getObject(asked.build(), AsyncResponseTransformer.toBytes()).join();
        return found.asByteArray();
    }

    static String begin(String name, Consumer<CreateMultipartUploadRequest.Builder> how) {
        CreateMultipartUploadRequest.Builder asked = CreateMultipartUploadRequest.builder().bucket(BUCKET).key(PREFIX + name);
        how.accept(asked);
        return (crt ? async.createMultipartUpload(asked.build()).join() : s3.createMultipartUpload(asked.build())).uploadId();
    }

    static UploadPartResponse part(S3Client by, String name, String id, int number, byte[] body, Consumer<UploadPartRequest.Builder> how) {
        UploadPartRequest.Builder asked = UploadPartRequest.builder().bucket(BUCKET).key(PREFIX + name).uploadId(id).partNumber(number);
        how.accept(asked);
        return crt ? async.uploadPart(asked.build(), AsyncRequestBody.fromBytes(body)).join() : by.uploadPart(asked.build(), RequestBody.fromBytes(body));
    }

    static void complete(S3Client by, String name, String id, List<CompletedPart> parts, Consumer<CompleteMultipartUploadRequest.Builder> how) {
        CompleteMultipartUploadRequest.Builder asked = CompleteMultipartUploadRequest.builder().bucket(BUCKET).key(PREFIX + name)
            .uploadId(id).multipartUpload(all -> all.parts(parts));
        how.accept(asked);
        if (crt) async.completeMultipartUpload(asked.build()).join(); else by.completeMultipartUpload(asked.build());
    }

    static void abort(String name, String id) {
        AbortMultipartUploadRequest asked = AbortMultipartUploadRequest.builder().bucket(BUCKET).key(PREFIX + name).uploadId(id).build();
        if (crt) async.abortMultipartUpload(asked).join(); else s3.abortMultipartUpload(asked);
    }

    static ListPartsResponse listed(String name, String id) {
        ListPartsRequest asked = ListPartsRequest.builder().bucket(BUCKET).key(PREFIX + name).uploadId(id).maxParts(10).build();
        return crt ? async.listParts(asked).join() : s3.listParts(asked);
    }

    static void upload(String name, String algorithm, byte[]... bodies) {
        String id = begin(name, how -> { if (algorithm != null) how.checksumAlgorithm(algorithm); });
        List<CompletedPart> parts = new ArrayList<>();
        for (int number = 1; number <= bodies.length; number++) {
            UploadPartResponse sent = part(s3, name, id, number, bodies[number - 1], how -> { if (algorithm != null) how.checksumAlgorithm(algorithm); });
            CompletedPart.Builder one = CompletedPart.builder().partNumber(number).eTag(sent.eTag());
            if (algorithm != null)
                one.checksumCRC32(sent.checksumCRC32()).checksumSHA256(sent.checksumSHA256()).checksumCRC64NVME(sent.checksumCRC64NVME());
            parts.add(one.build());
        }
        complete(s3, name, id, parts, how -> { });
    }

    public static void main(String[] words) throws Exception {
        crt = words.length > 0;
        s3 = client(env("ENDPOINT_URL"));
        URI endpoint = URI.create(env("ENDPOINT_URL"));
        Region region = Region.of(env("AWS_REGION"));
        async = crt
            ? S3AsyncClient.crtBuilder().endpointOverride(endpoint).region(region).forcePathStyle(true).minimumPartSizeInBytes(5L * MB).maxConcurrency(4).build()
            : S3AsyncClient.builder().endpointOverride(endpoint).region(region).forcePathStyle(true).multipartEnabled(true).build();
        byte[] first = data(5 * MB, 1), second = data(MB, 2), whole = Arrays.copyOf(first, 6 * MB);
        System.arraycopy(second, 0, whole, 5 * MB, MB);

        step("upload", () -> upload("object", null, first, second));
        step("download", () -> must(Arrays.equals(read(s3, "object", how -> { }), whole), "the bytes come back"));
        step("range", () -> must(Arrays.equals(read(s3, "object", how -> how.range("bytes=10-19")), Arrays.copyOfRange(whole, 10, 20)), "ten bytes"));
        step("part-read", () -> must(Arrays.equals(read(s3, "object", how -> how.partNumber(2)), second), "the second part"));
        step("list-parts", () -> {
            String id = begin("listed", how -> { });
            for (int number = 1; number <= 2; number++) part(s3, "listed", id, number, data(1000 * number, 1), how -> { });
            ListPartsResponse found = listed("listed", id);
            must(found.parts().size() == 2 && found.parts().get(1).size() == 2000, found);
            abort("listed", id);
        });
        step("list-uploads", () -> {
            String id = begin("going/a b+\u00e9", how -> { });
            ListMultipartUploadsRequest asked = ListMultipartUploadsRequest.builder().bucket(BUCKET).prefix(PREFIX + "going/").build();
            ListMultipartUploadsResponse found = crt ? async.listMultipartUploads(asked).join() : s3.listMultipartUploads(asked);
            must(found.uploads().size() == 1 && found.uploads().get(0).key().equals(PREFIX + "going/a b+\u00e9"), found);
            abort("going/a b+\u00e9", id);
        });
        step("copy", () -> {
            String id = begin("copied", how -> { });
            UploadPartCopyRequest asked = UploadPartCopyRequest.builder().sourceBucket(BUCKET).sourceKey(PREFIX + "object").destinationBucket(BUCKET)
                .destinationKey(PREFIX + "copied").uploadId(id).partNumber(1).copySourceRange("bytes=10-" + (5 * MB + 9)).build();
            UploadPartCopyResponse part = crt ? async.uploadPartCopy(asked).join() : s3.uploadPartCopy(asked);
            complete(s3, "copied", id, List.of(CompletedPart.builder().partNumber(1).eTag(part.copyPartResult().eTag()).build()), how -> { });
            must(Arrays.equals(read(s3, "copied", how -> { }), Arrays.copyOfRange(whole, 10, 5 * MB + 10)), "the copied range");
        });
        step("abort", () -> {
            String id = begin("aborted", how -> { });
            abort("aborted", id);
            try {
                listed("aborted", id);
            } catch (S3Exception | CompletionException refused) {
                must(refused.toString().contains("NoSuchUpload") || refused instanceof NoSuchUploadException || refused.getCause() instanceof NoSuchUploadException
                    || refused.getMessage().contains("upload"), refused);
                return;
            }
            must(false, "an aborted upload is listed");
        });
        for (String algorithm : List.of("CRC32", "SHA256", "CRC64NVME"))
            step("checksum/" + algorithm, () -> {
                upload("sum-" + algorithm, algorithm, first, data(1000, 3));
                must(read(s3, "sum-" + algorithm, how -> how.checksumMode(ChecksumMode.ENABLED)).length == 5 * MB + 1000, "its length");
            });
        step("sse-c", () -> {
            byte[] secret = new byte[32];
            new SecureRandom().nextBytes(secret);
            String key = Base64.getEncoder().encodeToString(secret);
            String md5 = Base64.getEncoder().encodeToString(MessageDigest.getInstance("MD5").digest(secret));
            S3Client over = client(env("TLS_ENDPOINT_URL"));
            String id = over.createMultipartUpload(how -> how.bucket(BUCKET).key(PREFIX + "secret").sseCustomerAlgorithm("AES256").sseCustomerKey(key).sseCustomerKeyMD5(md5)).uploadId();
            UploadPartResponse sent = part(over, "secret", id, 1, second, how -> how.sseCustomerAlgorithm("AES256").sseCustomerKey(key).sseCustomerKeyMD5(md5));
            complete(over, "secret", id, List.of(CompletedPart.builder().partNumber(1).eTag(sent.eTag()).build()), how -> how.sseCustomerAlgorithm("AES256").sseCustomerKey(key).sseCustomerKeyMD5(md5));
            must(Arrays.equals(read(over, "secret", how -> how.sseCustomerAlgorithm("AES256").sseCustomerKey(key).sseCustomerKeyMD5(md5)), second), "the bytes come back");
        });
        step("presigned", () -> {
            String id = begin("presigned", how -> { });
            try (S3Presigner presigner = S3Presigner.builder().endpointOverride(endpoint).region(region).serviceConfiguration(S3Configuration.builder().pathStyleAccessEnabled(true).build()).build()) {
                var signed = presigner.presignUploadPart(how -> how.signatureDuration(Duration.ofMinutes(5))
                    .uploadPartRequest(part -> part.bucket(BUCKET).key(PREFIX + "presigned").uploadId(id).partNumber(1)));
                HttpClient.Builder web = HttpClient.newBuilder();
                if (trusted() != null) {
                    SSLContext context = SSLContext.getInstance("TLS");
                    context.init(null, trusted(), null);
                    web.sslContext(context);
                }
                HttpResponse<String> answer = web.version(HttpClient.Version.HTTP_1_1).build().send(
                    HttpRequest.newBuilder(signed.url().toURI()).PUT(HttpRequest.BodyPublishers.ofByteArray(second)).build(), HttpResponse.BodyHandlers.ofString());
                must(answer.statusCode() == 200, answer.statusCode() + " " + answer.body());
                complete(s3, "presigned", id, List.of(CompletedPart.builder().partNumber(1).eTag(answer.headers().firstValue("etag").orElse("")).build()), how -> { });
            }
        });
        step("directory-bucket", () -> {
            String bucket = env("DIRECTORY_BUCKET"), key = PREFIX + "object";
            String id = s3.createMultipartUpload(how -> how.bucket(bucket).key(key)).uploadId();
            UploadPartResponse sent = s3.uploadPart(how -> how.bucket(bucket).key(key).uploadId(id).partNumber(1), RequestBody.fromBytes(second));
            s3.completeMultipartUpload(how -> how.bucket(bucket).key(key).uploadId(id)
                .multipartUpload(all -> all.parts(CompletedPart.builder().partNumber(1).eTag(sent.eTag()).build())));
        });
        step("sample-13mb", () -> {
            upload("sample", null, data(5 * MB, 4), data(5 * MB, 5), data(3 * MB, 6));
            must(read(s3, "sample", how -> { }).length == 13 * MB, "its length");
        });
        step("transfer", () -> {
            byte[] body = data(20 * MB, 7);
            try (S3TransferManager manager = S3TransferManager.builder().s3Client(async).build()) {
                manager.upload(how -> how.requestBody(AsyncRequestBody.fromBytes(body)).putObjectRequest(put -> put.bucket(BUCKET).key(PREFIX + "transferred"))).completionFuture().join();
            }
            must(Arrays.equals(read(s3, "transferred", how -> { }), body), "the bytes come back");
        });
        System.exit(0);
    }
}
