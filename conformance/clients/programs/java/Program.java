// What the AWS SDK for Java v2 does with an endpoint. With the argument "crt" the asynchronous client is that of the Common
// Runtime, and does all of it.
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
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

public class Program implements Steps.Client {
    private final URI endpoint;
    private final Region region = Region.of(Steps.env("AWS_REGION"));
    private final String bucket, checksum;
    private final boolean crt;
    private final S3Client s3;
    private final S3AsyncClient async;
    private String cipher, secret, secretMd5;

    Program(Steps.Settings settings, boolean crt) {
        this.crt = crt;
        endpoint = URI.create(settings.url());
        bucket = settings.bucket();
        checksum = settings.checksum();
        s3 = S3Client.builder().endpointOverride(endpoint).region(region).forcePathStyle(true).httpClientBuilder(Apache5HttpClient.builder()).build();
        async = crt
            ? S3AsyncClient.crtBuilder().endpointOverride(endpoint).region(region).forcePathStyle(true).minimumPartSizeInBytes(5L * Steps.MB).maxConcurrency(4).build()
            : S3AsyncClient.builder().endpointOverride(endpoint).region(region).forcePathStyle(true).multipartEnabled(true).build();
        if (settings.key() != null) {
            cipher = "AES256";
            secret = Base64.getEncoder().encodeToString(settings.key());
            secretMd5 = Base64.getEncoder().encodeToString(md5(settings.key()));
        }
    }

    @Override public Steps.Upload begin(String key) {
        var asked = CreateMultipartUploadRequest.builder().bucket(bucket).key(key).checksumAlgorithm(checksum)
            .sseCustomerAlgorithm(cipher).sseCustomerKey(secret).sseCustomerKeyMD5(secretMd5).build();
        return new Steps.Upload(key, (crt ? async.createMultipartUpload(asked).join() : s3.createMultipartUpload(asked)).uploadId());
    }

    @Override public CompletedPart part(Steps.Upload upload, int number, byte[] body) {
        var asked = UploadPartRequest.builder().bucket(bucket).key(upload.key()).uploadId(upload.id()).partNumber(number).checksumAlgorithm(checksum)
            .sseCustomerAlgorithm(cipher).sseCustomerKey(secret).sseCustomerKeyMD5(secretMd5).build();
        var sent = crt ? async.uploadPart(asked, AsyncRequestBody.fromBytes(body)).join() : s3.uploadPart(asked, RequestBody.fromBytes(body));
        var part = CompletedPart.builder().partNumber(number).eTag(sent.eTag());
        if (checksum != null)
            part.checksumCRC32(sent.checksumCRC32()).checksumSHA256(sent.checksumSHA256()).checksumCRC64NVME(sent.checksumCRC64NVME());
        return part.build();
    }

    @Override public CompletedPart copiedPart(Steps.Upload upload, int number, String source, String range) {
        var asked = UploadPartCopyRequest.builder().sourceBucket(bucket).sourceKey(source).copySourceRange(range)
            .destinationBucket(bucket).destinationKey(upload.key()).uploadId(upload.id()).partNumber(number).build();
        var sent = crt ? async.uploadPartCopy(asked).join() : s3.uploadPartCopy(asked);
        return CompletedPart.builder().partNumber(number).eTag(sent.copyPartResult().eTag()).build();
    }

    @Override public void complete(Steps.Upload upload, List<CompletedPart> parts) {
        var asked = CompleteMultipartUploadRequest.builder().bucket(bucket).key(upload.key()).uploadId(upload.id())
            .multipartUpload(all -> all.parts(parts)).sseCustomerAlgorithm(cipher).sseCustomerKey(secret).sseCustomerKeyMD5(secretMd5).build();
        if (crt) async.completeMultipartUpload(asked).join(); else s3.completeMultipartUpload(asked);
    }

    @Override public void abort(Steps.Upload upload) {
        var asked = AbortMultipartUploadRequest.builder().bucket(bucket).key(upload.key()).uploadId(upload.id()).build();
        if (crt) async.abortMultipartUpload(asked).join(); else s3.abortMultipartUpload(asked);
    }

    @Override public List<Integer> sizes(Steps.Upload upload) {
        var asked = ListPartsRequest.builder().bucket(bucket).key(upload.key()).uploadId(upload.id()).maxParts(10).build();
        var listed = crt ? async.listParts(asked).join() : s3.listParts(asked);
        return listed.parts().stream().map(part -> part.size().intValue()).toList();
    }

    @Override public List<String> uploads(String prefix) {
        var asked = ListMultipartUploadsRequest.builder().bucket(bucket).prefix(prefix).build();
        var listed = crt ? async.listMultipartUploads(asked).join() : s3.listMultipartUploads(asked);
        return listed.uploads().stream().map(MultipartUpload::key).toList();
    }

    @Override public byte[] read(String key, Consumer<GetObjectRequest.Builder> how) {
        var asked = GetObjectRequest.builder().bucket(bucket).key(key)
            .sseCustomerAlgorithm(cipher).sseCustomerKey(secret).sseCustomerKeyMD5(secretMd5).applyMutation(how).build();
        return crt ? async.getObject(asked, AsyncResponseTransformer.toBytes()).join().asByteArray() : s3.getObjectAsBytes(asked).asByteArray();
    }

    @Override public URI presigned(Steps.Upload upload) throws Exception {
        var style = S3Configuration.builder().pathStyleAccessEnabled(true).build();
        try (var presigner = S3Presigner.builder().endpointOverride(endpoint).region(region).serviceConfiguration(style).build()) {
            return presigner.presignUploadPart(how -> how.signatureDuration(Duration.ofMinutes(5))
                .uploadPartRequest(part -> part.bucket(bucket).key(upload.key()).uploadId(upload.id()).partNumber(1))).url().toURI();
        }
    }

    @Override public void send(String key, byte[] body) {
        try (S3TransferManager manager = S3TransferManager.builder().s3Client(async).build()) {
            manager.upload(how -> how.requestBody(AsyncRequestBody.fromBytes(body)).putObjectRequest(put -> put.bucket(bucket).key(key))).completionFuture().join();
        }
    }

    private static byte[] md5(byte[] key) {
        try {
            return MessageDigest.getInstance("MD5").digest(key);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }

    public static void main(String[] words) throws Exception {
        Steps.take(settings -> new Program(settings, words.length > 0));
        System.exit(0);
    }
}
