// What the AWS SDK for Go v2 does with an endpoint.
package main

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/s3/manager"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
)

var ctx = context.Background()

type goV2 struct {
	bucket                    *string
	algorithm                 types.ChecksumAlgorithm
	mode                      types.ChecksumMode
	secret, secretMD5, cipher *string // nil without a customer key
	s3                        *s3.Client
}

func connect(how Settings) Client {
	keys := aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: accessKey, SecretAccessKey: secretKey, SessionToken: token}, nil
	})
	c := &goV2{bucket: &how.Bucket, algorithm: types.ChecksumAlgorithm(how.Checksum)}
	c.s3 = s3.New(s3.Options{BaseEndpoint: &how.URL, Region: region, Credentials: keys, UsePathStyle: true,
		HTTPClient: &http.Client{Transport: web}, RetryMaxAttempts: 1})
	if how.Checksum != "" {
		c.mode = types.ChecksumModeEnabled
	}
	if how.Key != nil {
		sum := md5.Sum(how.Key)
		c.secret, c.cipher = aws.String(base64.StdEncoding.EncodeToString(how.Key)), aws.String("AES256")
		c.secretMD5 = aws.String(base64.StdEncoding.EncodeToString(sum[:]))
	}
	return c
}

func (c *goV2) Write(key string, pieces ...[]byte) {
	writeByParts(c, key, c.algorithm != "", pieces...)
}

func (c *goV2) Begin(key string) Upload {
	made := try(c.s3.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{Bucket: c.bucket, Key: &key,
		ChecksumAlgorithm: c.algorithm, SSECustomerKey: c.secret, SSECustomerKeyMD5: c.secretMD5, SSECustomerAlgorithm: c.cipher}))
	return Upload{key, *made.UploadId}
}

func (c *goV2) Part(upload Upload, number int, body []byte) Part {
	sent := try(c.s3.UploadPart(ctx, &s3.UploadPartInput{Bucket: c.bucket, Key: &upload.Key, UploadId: &upload.ID,
		PartNumber: aws.Int32(int32(number)), Body: bytes.NewReader(body), ChecksumAlgorithm: c.algorithm,
		SSECustomerKey: c.secret, SSECustomerKeyMD5: c.secretMD5, SSECustomerAlgorithm: c.cipher}))
	return Part{number, *sent.ETag, sent.ChecksumCRC32, sent.ChecksumSHA256, sent.ChecksumCRC64NVME}
}

func (c *goV2) Copy(key, source string, spans ...Span) {
	upload, parts := c.Begin(key), []Part{}
	for at, span := range spans {
		sent := try(c.s3.UploadPartCopy(ctx, &s3.UploadPartCopyInput{Bucket: c.bucket, Key: &key, UploadId: &upload.ID,
			PartNumber: aws.Int32(int32(at + 1)), CopySource: aws.String(*c.bucket + "/" + source),
			CopySourceRange: aws.String(fmt.Sprintf("bytes=%d-%d", span.First, span.Last))}))
		parts = append(parts, Part{Number: at + 1, ETag: *sent.CopyPartResult.ETag})
	}
	c.Complete(upload, parts...)
}

func (c *goV2) Complete(upload Upload, parts ...Part) {
	named := &types.CompletedMultipartUpload{}
	for _, part := range parts {
		named.Parts = append(named.Parts, types.CompletedPart{PartNumber: aws.Int32(int32(part.Number)), ETag: &part.ETag,
			ChecksumCRC32: part.CRC32, ChecksumSHA256: part.SHA256, ChecksumCRC64NVME: part.CRC64NVME})
	}
	try(c.s3.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{Bucket: c.bucket, Key: &upload.Key,
		UploadId: &upload.ID, MultipartUpload: named,
		SSECustomerKey: c.secret, SSECustomerKeyMD5: c.secretMD5, SSECustomerAlgorithm: c.cipher}))
}

func (c *goV2) Abort(upload Upload) {
	try(c.s3.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: c.bucket, Key: &upload.Key, UploadId: &upload.ID}))
}

func (c *goV2) Sizes(upload Upload) (sizes []int64) {
	asked := &s3.ListPartsInput{Bucket: c.bucket, Key: &upload.Key, UploadId: &upload.ID, MaxParts: aws.Int32(1)}
	for pages := s3.NewListPartsPaginator(c.s3, asked); pages.HasMorePages(); {
		for _, part := range try(pages.NextPage(ctx)).Parts {
			sizes = append(sizes, *part.Size)
		}
	}
	return sizes
}

func (c *goV2) Uploads(prefix string) (keys []string) {
	listed := try(c.s3.ListMultipartUploads(ctx, &s3.ListMultipartUploadsInput{Bucket: c.bucket, Prefix: &prefix}))
	for _, upload := range listed.Uploads {
		keys = append(keys, *upload.Key)
	}
	return keys
}

func (c *goV2) read(asked s3.GetObjectInput) []byte {
	asked.Bucket, asked.ChecksumMode = c.bucket, c.mode
	asked.SSECustomerKey, asked.SSECustomerKeyMD5, asked.SSECustomerAlgorithm = c.secret, c.secretMD5, c.cipher
	answer := try(c.s3.GetObject(ctx, &asked))
	defer answer.Body.Close()
	return try(io.ReadAll(answer.Body))
}

func (c *goV2) Read(key string) []byte { return c.read(s3.GetObjectInput{Key: &key}) }

func (c *goV2) ReadRange(key string, span Span) []byte {
	return c.read(s3.GetObjectInput{Key: &key, Range: aws.String(fmt.Sprintf("bytes=%d-%d", span.First, span.Last))})
}

func (c *goV2) ReadPart(key string, number int) []byte {
	return c.read(s3.GetObjectInput{Key: &key, PartNumber: aws.Int32(int32(number))})
}

func (c *goV2) Presigned(upload Upload) string {
	asked := &s3.UploadPartInput{Bucket: c.bucket, Key: &upload.Key, UploadId: &upload.ID, PartNumber: aws.Int32(1)}
	return try(s3.NewPresignClient(c.s3).PresignUploadPart(ctx, asked)).URL
}

func (c *goV2) Send(key string, body []byte) {
	asked := &s3.PutObjectInput{Bucket: c.bucket, Key: &key, Body: bytes.NewReader(body)}
	try(manager.NewUploader(c.s3).Upload(ctx, asked))
}

func (c *goV2) Receive(key string) []byte {
	found := manager.NewWriteAtBuffer(nil)
	try(manager.NewDownloader(c.s3).Download(ctx, found, &s3.GetObjectInput{Bucket: c.bucket, Key: &key}))
	return found.Bytes()
}

func main() {
	Take(connect, func(err error) (string, int) {
		var answer smithy.APIError
		if errors.As(err, &answer) {
			return answer.ErrorCode(), 0
		}
		return "", 0
	})
}
