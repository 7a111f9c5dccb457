// What the AWS SDK for .NET does with an endpoint: one JSON line a step, exit 1 when one failed.
// Environment: ENDPOINT_URL, TLS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, BUCKET, PREFIX,
// STEPS. TLS with a private CA: SSL_CERT_FILE.
// The calls are those that were run against the reference on 2026-11-29. Since then the steps got the ids of the other
// clients, keys a prefix, and the customer key a client of its own over TLS.
// Build: dotnet build client.csproj, or with -p:Sdk=3 for AWSSDK.S3 3.7; run: bin/sdk4/client, bin/sdk3/client.
// No directory bucket: with an endpoint URL of one's own the SDK refuses such a name before it sends anything.
using System.Text.Json;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.S3.Transfer;

const int MB = 1 << 20;
string Env(string name, string otherwise = null) => Environment.GetEnvironmentVariable(name) ?? otherwise;
var endpoint = new Uri(Env("ENDPOINT_URL"));
var credentials = new BasicAWSCredentials(Env("AWS_ACCESS_KEY_ID"), Env("AWS_SECRET_ACCESS_KEY"));
var region = Env("AWS_REGION", "us-east-1");
var bucket = Env("BUCKET");
var prefix = Env("PREFIX");
var wanted = Env("STEPS").Split(' ');
var protocol = endpoint.Scheme == "https" ? Protocol.HTTPS : Protocol.HTTP;
#if SDK3
AWSConfigsS3.UseSignatureVersion4 = true; // else presigned URLs are version 2 in us-east-1
#endif
AmazonS3Client Client(string url) => new AmazonS3Client(credentials, new AmazonS3Config
{
    ServiceURL = url, ForcePathStyle = true, AuthenticationRegion = region, MaxErrorRetry = 0,
});
var s3 = Client(endpoint.ToString());
var failed = false;

async Task Step(string name, Func<Task> body)
{
    if (!wanted.Contains(name)) return;
    double Now() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
    try
    {
        await body();
        Console.WriteLine(JsonSerializer.Serialize(new { step = name, ok = true, ended = Now() }));
    }
    catch (Exception error)
    {
        failed = true;
        var answer = error as AmazonS3Exception ?? error.InnerException as AmazonS3Exception;
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            step = name, ok = false, error = $"{error.GetType().Name}: {error.Message}",
            code = answer?.ErrorCode, status = (int?)answer?.StatusCode, ended = Now(),
        }));
    }
}

byte[] Data(int length, int seed = 1) { var data = new byte[length]; new Random(seed).NextBytes(data); return data; }
void Must(bool holds, string what) { if (!holds) throw new InvalidOperationException(what); }

async Task<byte[]> Read(string key, Action<GetObjectRequest> change = null)
{
    var request = new GetObjectRequest { BucketName = bucket, Key = prefix + key };
    change?.Invoke(request);
    using var answer = await s3.GetObjectAsync(request);
    var bytes = new MemoryStream();
    await answer.ResponseStream.CopyToAsync(bytes);
    return bytes.ToArray();
}

// The checksum of a part goes into the completion only where the upload asked for one; AddPartETags leaves it out.
PartETag Tag(UploadPartResponse part, bool checksums)
{
    var tag = new PartETag { PartNumber = part.PartNumber, ETag = part.ETag };
    foreach (var name in new[] { "CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256" })
        if (checksums)
            typeof(PartETag).GetProperty("Checksum" + name)?.SetValue(tag, typeof(UploadPartResponse).GetProperty("Checksum" + name)?.GetValue(part));
    return tag;
}

async Task<UploadPartResponse> Part(string key, string upload, int number, byte[] data, Action<UploadPartRequest> change = null)
{
    var request = new UploadPartRequest { BucketName = bucket, Key = prefix + key, UploadId = upload, PartNumber = number, InputStream = new MemoryStream(data) };
    change?.Invoke(request);
    return await s3.UploadPartAsync(request);
}

await Step("sample-13mb", async () =>
{
    var data = Data(13 * MB);
    Stream stream = new MemoryStream(data);
    var created = await s3.InitiateMultipartUploadAsync(new InitiateMultipartUploadRequest { BucketName = bucket, Key = prefix + "Item1" });
    var parts = new List<UploadPartResponse>();
    for (var number = 1; number <= 3; number++)
    {
        var request = new UploadPartRequest { BucketName = bucket, Key = prefix + "Item1", UploadId = created.UploadId, PartNumber = number, InputStream = stream };
        if (number < 3) request.PartSize = 5 * MB;
        parts.Add(await s3.UploadPartAsync(request));
    }
    var listed = await s3.ListPartsAsync(new ListPartsRequest { BucketName = bucket, Key = prefix + "Item1", UploadId = created.UploadId });
    Must(listed.Parts.Count == 3 && listed.Parts[2].Size == 3 * MB, "three parts, the last of 3 MB");
    var done = await s3.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest
    {
        BucketName = bucket, Key = prefix + "Item1", UploadId = created.UploadId, PartETags = parts.Select(part => Tag(part, false)).ToList(),
    });
    Must(done.ETag.Trim('"').EndsWith("-3"), done.ETag);
    Must((await Read("Item1")).AsSpan().SequenceEqual(data), "the bytes come back");
});

await Step("part-read", async () =>
{
    Must((await Read("Item1", request => request.PartNumber = 3)).Length == 3 * MB, "part 3");
});

await Step("range", async () =>
{
    Must((await Read("Item1", request => request.ByteRange = new ByteRange(5, 9))).Length == 5, "five bytes");
});

await Step("abort", async () =>
{
    var created = await s3.InitiateMultipartUploadAsync(bucket, prefix + "a b+é");
    await s3.AbortMultipartUploadAsync(bucket, prefix + "a b+é", created.UploadId);
    try
    {
        await s3.ListPartsAsync(bucket, prefix + "a b+é", created.UploadId);
        Must(false, "an aborted upload is listed");
    }
    catch (AmazonS3Exception error)
    {
        Must(error.ErrorCode == "NoSuchUpload", error.ErrorCode);
    }
});

await Step("list-uploads", async () =>
{
    var created = await s3.InitiateMultipartUploadAsync(bucket, prefix + "listed/a b+c");
    var listed = await s3.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = bucket, Prefix = prefix + "listed/", Delimiter = "/", Encoding = EncodingType.Url });
    Must(listed.MultipartUploads.Count == 1, "one upload");
    await s3.AbortMultipartUploadAsync(bucket, prefix + "listed/a b+c", created.UploadId);
});

#if SDK3
string[] algorithms = { "CRC32", "SHA256" }; // the CRC64NVME of version 3 needs a package with the native CRT
#else
string[] algorithms = { "CRC32", "SHA256", "CRC64NVME" };
#endif
foreach (var name in algorithms)
    await Step("checksum/" + name, async () =>
    {
        var algorithm = ChecksumAlgorithm.FindValue(name);
        var created = await s3.InitiateMultipartUploadAsync(new InitiateMultipartUploadRequest { BucketName = bucket, Key = prefix + name, ChecksumAlgorithm = algorithm });
        var one = await Part(name, created.UploadId, 1, Data(5 * MB), part => part.ChecksumAlgorithm = algorithm);
        var two = await Part(name, created.UploadId, 2, Data(100_001, 2), part => part.ChecksumAlgorithm = algorithm);
        await s3.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest
        {
            BucketName = bucket, Key = prefix + name, UploadId = created.UploadId, PartETags = new List<PartETag> { Tag(one, true), Tag(two, true) },
        });
        Must((await Read(name, request => request.ChecksumMode = ChecksumMode.ENABLED)).Length == 5 * MB + 100_001, "length");
    });

await Step("copy", async () =>
{
    var created = await s3.InitiateMultipartUploadAsync(bucket, prefix + "copied");
    var copied = await s3.CopyPartAsync(new CopyPartRequest
    {
        SourceBucket = bucket, SourceKey = prefix + "Item1", DestinationBucket = bucket, DestinationKey = prefix + "copied", UploadId = created.UploadId,
        PartNumber = 1, FirstByte = 10, LastByte = 5 * MB + 9,
    });
    var request = new CompleteMultipartUploadRequest { BucketName = bucket, Key = prefix + "copied", UploadId = created.UploadId };
    request.AddPartETags(copied);
    await s3.CompleteMultipartUploadAsync(request);
    Must((await Read("copied")).AsSpan().SequenceEqual(Data(13 * MB).AsSpan(10, 5 * MB)), "the bytes of the range");
});

await Step("sse-c", async () =>
{
    s3 = Client(Env("TLS_ENDPOINT_URL"));
    var key = Convert.ToBase64String(Data(32, 9));
    var method = ServerSideEncryptionCustomerMethod.AES256;
    var created = await s3.InitiateMultipartUploadAsync(new InitiateMultipartUploadRequest
    {
        BucketName = bucket, Key = prefix + "secret", ServerSideEncryptionCustomerMethod = method, ServerSideEncryptionCustomerProvidedKey = key,
    });
    var part = await Part("secret", created.UploadId, 1, Data(1000), request =>
    {
        request.ServerSideEncryptionCustomerMethod = method;
        request.ServerSideEncryptionCustomerProvidedKey = key;
    });
    await s3.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest
    {
        BucketName = bucket, Key = prefix + "secret", UploadId = created.UploadId, PartETags = new List<PartETag> { Tag(part, false) },
    });
    var bytes = await Read("secret", request =>
    {
        request.ServerSideEncryptionCustomerMethod = method;
        request.ServerSideEncryptionCustomerProvidedKey = key;
    });
    Must(bytes.Length == 1000, "length");
    s3 = Client(endpoint.ToString());
});

await Step("presigned", async () =>
{
    var created = await s3.InitiateMultipartUploadAsync(bucket, prefix + "presigned");
    var url = s3.GetPreSignedURL(new GetPreSignedUrlRequest
    {
        BucketName = bucket, Key = prefix + "presigned", UploadId = created.UploadId, PartNumber = 1, Verb = HttpVerb.PUT,
        Expires = DateTime.UtcNow.AddMinutes(5), Protocol = protocol,
    });
    using var http = new HttpClient();
    var sent = await http.PutAsync(url, new ByteArrayContent(Data(1000)));
    Must(sent.IsSuccessStatusCode, $"{(int)sent.StatusCode} {await sent.Content.ReadAsStringAsync()}");
    await s3.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest
    {
        BucketName = bucket, Key = prefix + "presigned", UploadId = created.UploadId,
        PartETags = new List<PartETag> { new PartETag(1, sent.Headers.ETag.Tag) },
    });
});

await Step("transfer", async () =>
{
    var (up, down) = (Path.GetTempFileName(), Path.GetTempFileName());
    try
    {
        await File.WriteAllBytesAsync(up, Data(20 * MB));
        var transfer = new TransferUtility(s3);
        await transfer.UploadAsync(up, bucket, prefix + "transferred");
        await transfer.DownloadAsync(down, bucket, prefix + "transferred");
        Must((await File.ReadAllBytesAsync(down)).AsSpan().SequenceEqual(Data(20 * MB)), "the bytes come back");
    }
    finally
    {
        File.Delete(up);
        File.Delete(down);
    }
});

return failed ? 1 : 0;
