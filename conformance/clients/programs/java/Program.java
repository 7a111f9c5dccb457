// What the AWS SDK for Java v2 does with an endpoint.
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.services.s3.*;
import software.amazon.awssdk.services.s3.model.*;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.transfer.s3.S3TransferManager;

record Program(Steps.Settings how, Steps.Common every, S3Client s3) implements Steps.Client {
    public static void main(String[] words) throws Exception {
        Steps.take(how -> new Program(how, new Steps.Common(how.bucket(), how.checksum(), how.key()), S3Client.builder()
            .endpointOverride(how.url()).region(Steps.REGION).forcePathStyle(true)
            .httpClientBuilder(Apache5HttpClient.builder()).build()));
    }

    @Override public Steps.Upload begin(String key) {
        return new Steps.Upload(key, s3.createMultipartUpload(asked -> every.in(asked).key(key)).uploadId());
    }

    @Override public UploadPartResponse part(Steps.Upload upload, int number, byte[] body) {
        return s3.uploadPart(asked -> every.in(asked, upload).partNumber(number), RequestBody.fromBytes(body));
    }

    @Override public CopyPartResult copiedPart(Steps.Upload upload, int number, String source, String range) {
        return s3.uploadPartCopy(asked -> asked.sourceBucket(how.bucket()).sourceKey(source).copySourceRange(range)
            .destinationBucket(how.bucket()).destinationKey(upload.key()).uploadId(upload.id()).partNumber(number))
            .copyPartResult();
    }

    @Override public void complete(Steps.Upload upload, List<CompletedPart> parts) {
        s3.completeMultipartUpload(asked -> every.in(asked, upload).multipartUpload(all -> all.parts(parts)));
    }

    @Override public void abort(Steps.Upload upload) { s3.abortMultipartUpload(asked -> every.in(asked, upload)); }

    @Override public List<Part> parts(Steps.Upload upload) {
        return s3.listParts(asked -> every.in(asked, upload).maxParts(10)).parts();
    }

    @Override public List<MultipartUpload> uploads(String prefix) {
        return s3.listMultipartUploads(asked -> every.in(asked).prefix(prefix)).uploads();
    }

    @Override public byte[] read(String key, Consumer<GetObjectRequest.Builder> more) {
        return s3.getObjectAsBytes(asked -> every.in(asked).key(key).applyMutation(more)).asByteArray();
    }

    @Override public String presigned(Steps.Upload upload) {
        var style = S3Configuration.builder().pathStyleAccessEnabled(true).build();
        var signing = S3Presigner.builder().endpointOverride(how.url()).region(Steps.REGION).serviceConfiguration(style);
        try (var signer = signing.build()) {
            return signer.presignUploadPart(signed -> signed.signatureDuration(Duration.ofMinutes(5))
                .uploadPartRequest(asked -> every.in(asked, upload).partNumber(1))).url().toString();
        }
    }

    @Override public void send(String key, byte[] body) {
        var async = S3AsyncClient.builder().endpointOverride(how.url()).region(Steps.REGION).forcePathStyle(true);
        try (var manager = S3TransferManager.builder().s3Client(async.multipartEnabled(true).build()).build()) {
            manager.upload(sent -> sent.requestBody(AsyncRequestBody.fromBytes(body))
                .putObjectRequest(asked -> every.in(asked).key(key))).completionFuture().join();
        }
    }
}
