// What the AWS SDK for Java v2 does with an endpoint by the client of the Common Runtime, which is asynchronous.
import java.util.List;
import java.util.function.Consumer;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.*;
import software.amazon.awssdk.transfer.s3.S3TransferManager;

record Program(Steps.Settings how, Steps.Common every, S3AsyncClient s3) implements Steps.Client {
    public static void main(String[] words) throws Exception {
        Steps.take(how -> new Program(how, new Steps.Common(how.bucket(), how.checksum(), how.key()), S3AsyncClient.crtBuilder()
            .endpointOverride(how.url()).region(Steps.REGION).forcePathStyle(true)
            .minimumPartSizeInBytes(5L * Steps.MB).maxConcurrency(4).build()));
    }

    @Override public Steps.Upload begin(String key) {
        return new Steps.Upload(key, s3.createMultipartUpload(asked -> every.in(asked).key(key)).join().uploadId());
    }

    @Override public UploadPartResponse part(Steps.Upload upload, int number, byte[] body) {
        return s3.uploadPart(asked -> every.in(asked, upload).partNumber(number), AsyncRequestBody.fromBytes(body)).join();
    }

    @Override public CopyPartResult copiedPart(Steps.Upload upload, int number, String source, String range) {
        return s3.uploadPartCopy(asked -> asked.sourceBucket(how.bucket()).sourceKey(source).copySourceRange(range)
            .destinationBucket(how.bucket()).destinationKey(upload.key()).uploadId(upload.id()).partNumber(number))
            .join().copyPartResult();
    }

    @Override public void complete(Steps.Upload upload, List<CompletedPart> parts) {
        s3.completeMultipartUpload(asked -> every.in(asked, upload).multipartUpload(all -> all.parts(parts))).join();
    }

    @Override public void abort(Steps.Upload upload) { s3.abortMultipartUpload(asked -> every.in(asked, upload)).join(); }

    @Override public List<Part> parts(Steps.Upload upload) {
        return s3.listParts(asked -> every.in(asked, upload).maxParts(10)).join().parts();
    }

    @Override public List<MultipartUpload> uploads(String prefix) {
        return s3.listMultipartUploads(asked -> every.in(asked).prefix(prefix)).join().uploads();
    }

    @Override public byte[] read(String key, Consumer<GetObjectRequest.Builder> more) {
        var bytes = AsyncResponseTransformer.<GetObjectResponse>toBytes();
        return s3.getObject(asked -> every.in(asked).key(key).applyMutation(more), bytes).join().asByteArray();
    }

    @Override public void send(String key, byte[] body) {
        try (var manager = S3TransferManager.builder().s3Client(s3).build()) {
            manager.upload(sent -> sent.requestBody(AsyncRequestBody.fromBytes(body))
                .putObjectRequest(asked -> every.in(asked).key(key))).completionFuture().join();
        }
    }
}
