// What the AWS SDK for Go v2 does with an endpoint: one JSON line a step.
package main

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/s3/manager"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
)

const MB = 1 << 20

var (
	ctx    = context.Background()
	bucket = os.Getenv("BUCKET")
	wanted = strings.Fields(os.Getenv("STEPS"))
	web    = &http.Client{Transport: transport()}
	client = connect(os.Getenv("ENDPOINT_URL"))
)

type change func(*s3.CreateMultipartUploadInput, *s3.UploadPartInput, *s3.CompleteMultipartUploadInput)

func transport() *http.Transport {
	own := http.DefaultTransport.(*http.Transport).Clone()
	if pem, err := os.ReadFile(os.Getenv("CA_FILE")); err == nil {
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM(pem)
		own.TLSClientConfig = &tls.Config{RootCAs: pool}
	}
	return own
}

func connect(url string) *s3.Client {
	keys := aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: os.Getenv("AWS_ACCESS_KEY_ID"), SecretAccessKey: os.Getenv("AWS_SECRET_ACCESS_KEY"),
			SessionToken: os.Getenv("AWS_SESSION_TOKEN")}, nil
	})
	return s3.New(s3.Options{BaseEndpoint: &url, Region: os.Getenv("AWS_REGION"), Credentials: keys, UsePathStyle: true,
		HTTPClient: web, RetryMaxAttempts: 1})
}

func step(name string, body func()) {
	if !slices.Contains(wanted, name) {
		return
	}
	said := map[string]any{"step": name, "ok": true}
	func() {
		defer func() {
			if failed := recover(); failed != nil {
				said["ok"], said["error"] = false, fmt.Sprint(failed)
				var answer smithy.APIError
				if err, is := failed.(error); is && errors.As(err, &answer) {
					said["code"] = answer.ErrorCode()
				}
			}
		}()
		body()
	}()
	said["ended"] = float64(time.Now().UnixMicro()) / 1e6
	line, _ := json.Marshal(said)
	fmt.Println(string(line))
}

func try[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func must(holds bool, what any) {
	if !holds {
		panic(fmt.Sprint(what))
	}
}

func key(name string) *string { return aws.String(os.Getenv("PREFIX") + name) }

func data(size int, seed byte) []byte {
	return bytes.Repeat([]byte{seed, 'x', seed + 7, '\n'}, size/4+1)[:size]
}

func read(by *s3.Client, name string, change func(*s3.GetObjectInput)) []byte {
	input := &s3.GetObjectInput{Bucket: &bucket, Key: key(name)}
	if change != nil {
		change(input)
	}
	answer := try(by.GetObject(ctx, input))
	defer answer.Body.Close()
	return try(io.ReadAll(answer.Body))
}

func begin(name string) *string {
	return try(client.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{Bucket: &bucket, Key: key(name)})).UploadId
}

func abort(name string, id *string) {
	try(client.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: &bucket, Key: key(name), UploadId: id}))
}

func complete(name string, id *string, parts ...types.CompletedPart) {
	try(client.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{Bucket: &bucket, Key: key(name), UploadId: id,
		MultipartUpload: &types.CompletedMultipartUpload{Parts: parts}}))
}

func upload(by *s3.Client, in string, name string, change change, summed bool, bodies ...[]byte) {
	create := &s3.CreateMultipartUploadInput{Bucket: &in, Key: key(name)}
	part := &s3.UploadPartInput{Bucket: &in, Key: key(name)}
	end := &s3.CompleteMultipartUploadInput{Bucket: &in, Key: key(name), MultipartUpload: &types.CompletedMultipartUpload{}}
	if change != nil {
		change(create, part, end)
	}
	part.UploadId = try(by.CreateMultipartUpload(ctx, create)).UploadId
	end.UploadId = part.UploadId
	for at, body := range bodies {
		part.PartNumber, part.Body = aws.Int32(int32(at+1)), bytes.NewReader(body)
		sent := try(by.UploadPart(ctx, part))
		one := types.CompletedPart{PartNumber: part.PartNumber, ETag: sent.ETag}
		if summed {
			one.ChecksumCRC32, one.ChecksumSHA256, one.ChecksumCRC64NVME = sent.ChecksumCRC32, sent.ChecksumSHA256, sent.ChecksumCRC64NVME
		}
		end.MultipartUpload.Parts = append(end.MultipartUpload.Parts, one)
	}
	try(by.CompleteMultipartUpload(ctx, end))
}

func main() {
	whole := append(data(5*MB, 1), data(MB, 2)...)
	step("upload", func() { upload(client, bucket, "object", nil, false, data(5*MB, 1), data(MB, 2)) })
	step("download", func() { must(bytes.Equal(read(client, "object", nil), whole), "the bytes come back") })
	step("range", func() {
		found := read(client, "object", func(in *s3.GetObjectInput) { in.Range = aws.String("bytes=10-19") })
		must(bytes.Equal(found, whole[10:20]), "ten bytes")
	})
	step("part-read", func() {
		found := read(client, "object", func(in *s3.GetObjectInput) { in.PartNumber = aws.Int32(2) })
		must(bytes.Equal(found, data(MB, 2)), "the second part")
	})
	step("list-parts", func() {
		id, found := begin("listed"), 0
		for number := range 2 {
			try(client.UploadPart(ctx, &s3.UploadPartInput{Bucket: &bucket, Key: key("listed"), UploadId: id,
				PartNumber: aws.Int32(int32(number + 1)), Body: bytes.NewReader(data(1000, 1))}))
		}
		pages := s3.NewListPartsPaginator(client, &s3.ListPartsInput{Bucket: &bucket, Key: key("listed"), UploadId: id, MaxParts: aws.Int32(1)})
		for pages.HasMorePages() {
			found += len(try(pages.NextPage(ctx)).Parts)
		}
		must(found == 2, found)
		abort("listed", id)
	})
	step("list-uploads", func() {
		id := begin("going/a b+é")
		listed := try(client.ListMultipartUploads(ctx, &s3.ListMultipartUploadsInput{Bucket: &bucket, Prefix: key("going/")}))
		must(len(listed.Uploads) == 1 && *listed.Uploads[0].Key == *key("going/a b+é"), listed.Uploads)
		abort("going/a b+é", id)
	})
	step("copy", func() {
		id := begin("copied")
		part := try(client.UploadPartCopy(ctx, &s3.UploadPartCopyInput{Bucket: &bucket, Key: key("copied"), UploadId: id,
			PartNumber: aws.Int32(1), CopySource: aws.String(bucket + "/" + *key("object")),
			CopySourceRange: aws.String(fmt.Sprintf("bytes=10-%d", 5*MB+9))}))
		complete("copied", id, types.CompletedPart{PartNumber: aws.Int32(1), ETag: part.CopyPartResult.ETag})
		must(bytes.Equal(read(client, "copied", nil), whole[10:5*MB+10]), "the copied range")
	})
	step("abort", func() {
		id := begin("aborted")
		abort("aborted", id)
		_, err := client.ListParts(ctx, &s3.ListPartsInput{Bucket: &bucket, Key: key("aborted"), UploadId: id})
		var refused *types.NoSuchUpload
		must(errors.As(err, &refused) || (err != nil && strings.Contains(err.Error(), "NoSuchUpload")), fmt.Sprint("listed: ", err))
	})
	for _, algorithm := range []types.ChecksumAlgorithm{"CRC32", "SHA256", "CRC64NVME"} {
		step("checksum/"+string(algorithm), func() {
			asks := func(create *s3.CreateMultipartUploadInput, part *s3.UploadPartInput, _ *s3.CompleteMultipartUploadInput) {
				create.ChecksumAlgorithm, part.ChecksumAlgorithm = algorithm, algorithm
			}
			upload(client, bucket, "sum-"+string(algorithm), asks, true, data(5*MB, 1), data(1000, 2))
			found := read(client, "sum-"+string(algorithm), func(in *s3.GetObjectInput) { in.ChecksumMode = "ENABLED" })
			must(len(found) == 5*MB+1000, len(found))
		})
	}
	step("sse-c", func() {
		secret := make([]byte, 32)
		rand.Read(secret)
		sum := md5.Sum(secret)
		k, m, a := base64.StdEncoding.EncodeToString(secret), base64.StdEncoding.EncodeToString(sum[:]), "AES256"
		over := connect(os.Getenv("TLS_ENDPOINT_URL"))
		upload(over, bucket, "secret", func(c *s3.CreateMultipartUploadInput, p *s3.UploadPartInput, e *s3.CompleteMultipartUploadInput) {
			c.SSECustomerKey, c.SSECustomerKeyMD5, c.SSECustomerAlgorithm = &k, &m, &a
			p.SSECustomerKey, p.SSECustomerKeyMD5, p.SSECustomerAlgorithm = &k, &m, &a
			e.SSECustomerKey, e.SSECustomerKeyMD5, e.SSECustomerAlgorithm = &k, &m, &a
		}, false, data(1000, 1))
		found := read(over, "secret", func(in *s3.GetObjectInput) {
			in.SSECustomerKey, in.SSECustomerKeyMD5, in.SSECustomerAlgorithm = &k, &m, &a
		})
		must(bytes.Equal(found, data(1000, 1)), "the bytes come back")
	})
	step("presigned", func() {
		id := begin("presigned")
		signed := try(s3.NewPresignClient(client).PresignUploadPart(ctx, &s3.UploadPartInput{Bucket: &bucket, Key: key("presigned"),
			UploadId: id, PartNumber: aws.Int32(1)}))
		request := try(http.NewRequest(signed.Method, signed.URL, bytes.NewReader(data(1000, 1))))
		answer := try(web.Do(request))
		text := try(io.ReadAll(answer.Body))
		must(answer.StatusCode == 200, fmt.Sprint(answer.StatusCode, " ", string(text)))
		complete("presigned", id, types.CompletedPart{PartNumber: aws.Int32(1), ETag: aws.String(answer.Header.Get("ETag"))})
	})
	step("directory-bucket", func() {
		upload(client, os.Getenv("DIRECTORY_BUCKET"), "object", nil, false, data(5*MB, 1), data(1000, 2))
	})
	step("sample-13mb", func() {
		upload(client, bucket, "sample", nil, false, data(5*MB, 3), data(5*MB, 4), data(3*MB, 5))
		must(len(read(client, "sample", nil)) == 13*MB, "its length")
	})
	step("transfer", func() {
		body, found := data(20*MB, 6), manager.NewWriteAtBuffer(nil)
		try(manager.NewUploader(client).Upload(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: key("transferred"), Body: bytes.NewReader(body)}))
		try(manager.NewDownloader(client).Download(ctx, found, &s3.GetObjectInput{Bucket: &bucket, Key: key("transferred")}))
		must(bytes.Equal(found.Bytes(), body), "the bytes come back")
	})
}
