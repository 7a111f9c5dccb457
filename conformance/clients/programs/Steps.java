// The steps of the clients in Java: what is called and compared, and one JSON line for each.
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CopyPartResult;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

final class Steps {
    static final int MB = 1 << 20;
    static final Region REGION = Region.of(env("AWS_REGION"));
    static final String PREFIX = env("PREFIX");

    // One connection, all of whose uploads have the same checksum (an algorithm's name) and customer key; either may be null.
    record Settings(URI url, String bucket, String checksum, byte[] key) { }

    record Upload(String key, String id) { }

    // The calls of one client; keys are whole.
    interface Client {
        Settings how();
        Upload begin(String key);
        UploadPartResponse part(Upload upload, int number, byte[] body);
        CopyPartResult copiedPart(Upload upload, int number, String source, String range);
        void complete(Upload upload, List<CompletedPart> parts);
        void abort(Upload upload);
        List<Part> parts(Upload upload);
        List<MultipartUpload> uploads(String prefix);
        byte[] read(String key, Consumer<GetObjectRequest.Builder> more);
        default String presigned(Upload upload) { throw new UnsupportedOperationException("it has no presigner"); }
        void send(String key, byte[] body);
    }

    // What all calls of a connection name, as far as their requests have it.
    static final class Common {
        private final Map<String, String> members = new HashMap<>();

        Common(String bucket, String checksum, byte[] secret) {
            members.put("Bucket", bucket);
            members.put("ChecksumAlgorithm", checksum);
            if (secret == null) return;
            members.put("SSECustomerAlgorithm", "AES256");
            members.put("SSECustomerKey", Base64.getEncoder().encodeToString(secret));
            members.put("SSECustomerKeyMD5", Base64.getEncoder().encodeToString(md5(secret)));
        }

        // Puts it into a request, and the upload.
        <B extends SdkPojo> B in(B asked, Upload upload) {
            put(asked, Map.of("Key", upload.key(), "UploadId", upload.id()));
            return in(asked);
        }

        <B extends SdkPojo> B in(B asked) {
            put(asked, members);
            return asked;
        }

        private static void put(SdkPojo asked, Map<String, String> members) {
            for (SdkField<?> field : asked.sdkFields())
                if (members.get(field.memberName()) != null) field.set(asked, members.get(field.memberName()));
        }

        private static byte[] md5(byte[] key) {
            try {
                return MessageDigest.getInstance("MD5").digest(key);
            } catch (NoSuchAlgorithmException missing) {
                throw new IllegalStateException(missing);
            }
        }
    }

    interface Body { void run() throws Exception; }

    private final Function<Settings, Client> connect;
    private final Client client;
    private final byte[] first = data(5 * MB, 1), second = data(MB, 2), small = data(1000, 3), object = joined(first, second);

    private Steps(Function<Settings, Client> connect) {
        this.connect = connect;
        this.client = connected("ENDPOINT_URL", "BUCKET", null, null);
    }

    private Client connected(String url, String bucket, String checksum, byte[] key) {
        return connect.apply(new Settings(URI.create(env(url)), env(bucket), checksum, key));
    }

    // Takes the wanted steps with a client, and says what became of each.
    static void take(Function<Settings, Client> connect) throws Exception {
        trust();
        Steps steps = new Steps(connect);
        for (String name : env("STEPS").split(" ")) {
            Throwable error = caught(() -> steps.step(name));
            String more = "";
            if (error != null) more += ", \"error\": " + quoted(error.getClass().getSimpleName() + ": " + error.getMessage());
            if (error instanceof S3Exception answer && answer.awsErrorDetails() != null)
                more += ", \"code\": " + quoted(answer.awsErrorDetails().errorCode()) + ", \"status\": " + answer.statusCode();
            double ended = System.currentTimeMillis() / 1000.0;
            String line = "{\"step\": \"%s\", \"ok\": %s%s, \"ended\": %.3f}%n";
            System.out.printf(Locale.ROOT, line, name, error == null, more, ended);
            System.out.flush();
        }
        System.exit(0);
    }

    private void step(String name) throws Exception {
        switch (name) {
            case "upload" -> write(client, "object", first, second);
            case "download" -> must(Arrays.equals(read(client, "object"), object), "the bytes come back");
            case "range" -> {
                byte[] found = client.read(key("object"), how -> how.range("bytes=10-19"));
                must(Arrays.equals(found, Arrays.copyOfRange(object, 10, 20)), "ten bytes");
            }
            case "part-read" -> {
                byte[] found = client.read(key("object"), how -> how.partNumber(2));
                must(Arrays.equals(found, second), "the second part");
            }
            case "list-parts" -> {
                Upload upload = client.begin(key("listed"));
                for (int number = 1; number <= 2; number++) client.part(upload, number, data(1000 * number, 1));
                List<Long> found = client.parts(upload).stream().map(Part::size).toList();
                must(found.equals(List.of(1000L, 2000L)), found);
                client.abort(upload);
            }
            case "list-uploads" -> {
                Upload upload = client.begin(key("going/a b+\u00e9"));
                List<String> found = client.uploads(key("going/")).stream().map(MultipartUpload::key).toList();
                must(found.equals(List.of(upload.key())), found);
                client.abort(upload);
            }
            case "copy" -> {
                Upload upload = client.begin(key("copied"));
                CopyPartResult part = client.copiedPart(upload, 1, key("object"), "bytes=10-" + (5 * MB + 9));
                client.complete(upload, List.of(CompletedPart.builder().partNumber(1).eTag(part.eTag()).build()));
                must(Arrays.equals(read(client, "copied"), Arrays.copyOfRange(object, 10, 5 * MB + 10)), "the copied range");
            }
            case "abort" -> {
                Upload upload = client.begin(key("aborted"));
                client.abort(upload);
                Throwable refused = caught(() -> client.parts(upload));
                must(refused instanceof S3Exception, "an aborted upload is listed: " + refused);
                must("NoSuchUpload".equals(((S3Exception) refused).awsErrorDetails().errorCode()), refused);
            }
            case "checksum/CRC32", "checksum/SHA256", "checksum/CRC64NVME" -> {
                String algorithm = name.substring(name.indexOf('/') + 1);
                Client summing = connected("ENDPOINT_URL", "BUCKET", algorithm, null);
                write(summing, "sum-" + algorithm, first, small);
                byte[] found = summing.read(key("sum-" + algorithm), how -> how.checksumMode(ChecksumMode.ENABLED));
                must(Arrays.equals(found, joined(first, small)), "the bytes come back");
            }
            case "sse-c" -> {
                byte[] secret = new byte[32];
                new SecureRandom().nextBytes(secret);
                written(connected("TLS_ENDPOINT_URL", "BUCKET", null, secret), "secret", first, small);
            }
            case "presigned" -> {
                Upload upload = client.begin(key("presigned"));
                URI at = URI.create(client.presigned(upload));
                HttpRequest request = HttpRequest.newBuilder(at).PUT(HttpRequest.BodyPublishers.ofByteArray(small)).build();
                HttpClient web = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
                HttpResponse<String> answer = web.send(request, HttpResponse.BodyHandlers.ofString());
                must(answer.statusCode() == 200, answer.statusCode() + " " + answer.body());
                String etag = answer.headers().firstValue("etag").orElse("");
                client.complete(upload, List.of(CompletedPart.builder().partNumber(1).eTag(etag).build()));
            }
            case "directory-bucket" -> written(connected("ENDPOINT_URL", "DIRECTORY_BUCKET", null, null), "object", first, small);
            case "sample-13mb" -> written(client, "sample", data(5 * MB, 4), data(5 * MB, 5), data(3 * MB, 6));
            case "transfer" -> {
                byte[] body = data(20 * MB, 7);
                client.send(key("transferred"), body);
                must(Arrays.equals(read(client, "transferred"), body), "the bytes come back");
            }
            default -> throw new IllegalArgumentException("no step " + name);
        }
    }

    private static void write(Client client, String name, byte[]... pieces) {
        Upload upload = client.begin(key(name));
        List<CompletedPart> parts = new ArrayList<>();
        for (byte[] piece : pieces) {
            int number = parts.size() + 1;
            parts.add(named(client, number, client.part(upload, number, piece)));
        }
        client.complete(upload, parts);
    }

    // A part as a completion names it; checksums that the upload did not ask for are left out.
    private static CompletedPart named(Client client, int number, UploadPartResponse sent) {
        CompletedPart.Builder part = CompletedPart.builder().partNumber(number).eTag(sent.eTag());
        if (client.how().checksum() == null) return part.build();
        must(sent.checksumCRC32() != null || sent.checksumSHA256() != null || sent.checksumCRC64NVME() != null,
            "the answer to a part has no checksum");
        return part.checksumCRC32(sent.checksumCRC32()).checksumSHA256(sent.checksumSHA256())
            .checksumCRC64NVME(sent.checksumCRC64NVME()).build();
    }

    private static void written(Client client, String name, byte[]... pieces) {
        write(client, name, pieces);
        must(Arrays.equals(read(client, name), joined(pieces)), "the bytes come back");
    }

    private static byte[] read(Client client, String name) { return client.read(key(name), how -> { }); }

    private static String key(String name) { return PREFIX + name; }

    static String env(String name) { return System.getenv(name); }

    private static byte[] data(int size, int seed) {
        byte[] made = new byte[size];
        new Random(seed).nextBytes(made);
        return made;
    }

    private static byte[] joined(byte[]... pieces) {
        java.io.ByteArrayOutputStream whole = new java.io.ByteArrayOutputStream();
        for (byte[] piece : pieces) whole.writeBytes(piece);
        return whole.toByteArray();
    }

    private static void must(boolean holds, Object what) { if (!holds) throw new IllegalStateException(String.valueOf(what)); }

    // Returns what a body throws, or null; what an asynchronous client throws is wrapped.
    private static Throwable caught(Body body) {
        try {
            body.run();
            return null;
        } catch (Exception failed) {
            return failed instanceof CompletionException && failed.getCause() != null ? failed.getCause() : failed;
        }
    }

    private static String quoted(String text) {
        StringBuilder made = new StringBuilder("\"");
        for (char one : String.valueOf(text).toCharArray())
            made.append(one < ' ' || one == '"' || one == '\\' || one > 126 ? String.format("\\u%04x", (int) one) : one);
        return made.append('"').toString();
    }

    // Makes every client of this process trust the authority of CA_FILE; the CRT reads SSL_CERT_FILE itself.
    private static void trust() throws Exception {
        if (env("CA_FILE") == null) return;
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream pem = Files.newInputStream(Path.of(env("CA_FILE")))) {
            for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(pem))
                store.setCertificateEntry("ca" + store.size(), one);
        }
        Path file = Path.of(env("HOME"), "trusted.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, "public".toCharArray());
        }
        System.setProperty("javax.net.ssl.trustStore", file.toString());
        System.setProperty("javax.net.ssl.trustStorePassword", "public");
    }
}
