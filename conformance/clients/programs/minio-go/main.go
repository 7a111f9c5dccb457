// What minio-go does with an endpoint.
package main

import (
	"bytes"
	"context"
	"io"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"github.com/minio/minio-go/v7/pkg/encrypt"
)

var (
	ctx       = context.Background()
	checksums = map[string]minio.ChecksumType{
		"CRC32": minio.ChecksumCRC32, "SHA256": minio.ChecksumSHA256, "CRC64NVME": minio.ChecksumCRC64NVME}
)

type minioGo struct {
	Settings
	core   *minio.Core
	secret encrypt.ServerSide
}

func connect(how Settings) Client {
	at := try(url.Parse(how.URL))
	c := &minioGo{Settings: how}
	c.core = try(minio.NewCore(at.Host, &minio.Options{Creds: credentials.NewStaticV4(accessKey, secretKey, token),
		Secure: at.Scheme == "https", Region: region, BucketLookup: minio.BucketLookupPath, Transport: web,
		MaxRetries: 1, TrailingHeaders: how.Checksum != ""}))
	if how.Key != nil {
		c.secret = try(encrypt.NewSSEC(how.Key))
	}
	return c
}

func (c *minioGo) Write(key string, pieces ...[]byte) {
	body := slices.Concat(pieces...)
	how := minio.PutObjectOptions{PartSize: 5 * MB, Checksum: checksums[c.Checksum], ServerSideEncryption: c.secret}
	try(c.core.Client.PutObject(ctx, c.Bucket, key, bytes.NewReader(body), int64(len(body)), how))
}

func (c *minioGo) Begin(key string) Upload {
	return Upload{key, try(c.core.NewMultipartUpload(ctx, c.Bucket, key, minio.PutObjectOptions{}))}
}

func (c *minioGo) Part(upload Upload, number int, body []byte) Part {
	sent := try(c.core.PutObjectPart(ctx, c.Bucket, upload.Key, upload.ID, number, bytes.NewReader(body), int64(len(body)),
		minio.PutObjectPartOptions{}))
	return Part{Number: number, ETag: sent.ETag}
}

func (c *minioGo) Copy(key, source string, spans ...Span) {
	sources := []minio.CopySrcOptions{}
	for _, span := range spans {
		sources = append(sources, minio.CopySrcOptions{Bucket: c.Bucket, Object: source, MatchRange: true, Start: span.First, End: span.Last})
	}
	try(c.core.ComposeObject(ctx, minio.CopyDestOptions{Bucket: c.Bucket, Object: key}, sources...))
}

func (c *minioGo) Complete(upload Upload, parts ...Part) {
	named := []minio.CompletePart{}
	for _, part := range parts {
		named = append(named, minio.CompletePart{PartNumber: part.Number, ETag: strings.Trim(part.ETag, `"`)})
	}
	try(c.core.CompleteMultipartUpload(ctx, c.Bucket, upload.Key, upload.ID, named, minio.PutObjectOptions{}))
}

func (c *minioGo) Abort(upload Upload) {
	check(c.core.AbortMultipartUpload(ctx, c.Bucket, upload.Key, upload.ID))
}

func (c *minioGo) Sizes(upload Upload) (sizes []int64) {
	for page := (minio.ListObjectPartsResult{IsTruncated: true}); page.IsTruncated; {
		page = try(c.core.ListObjectParts(ctx, c.Bucket, upload.Key, upload.ID, page.NextPartNumberMarker, 1))
		for _, part := range page.ObjectParts {
			sizes = append(sizes, part.Size)
		}
	}
	return sizes
}

func (c *minioGo) Uploads(prefix string) (keys []string) {
	for _, upload := range try(c.core.ListMultipartUploads(ctx, c.Bucket, prefix, "", "", "", 10)).Uploads {
		keys = append(keys, upload.Key)
	}
	return keys
}

func (c *minioGo) read(key string, how minio.GetObjectOptions) []byte {
	how.ServerSideEncryption, how.Checksum = c.secret, c.Checksum != ""
	body, _, _, err := c.core.GetObject(ctx, c.Bucket, key, how)
	check(err)
	defer body.Close()
	return try(io.ReadAll(body))
}

func (c *minioGo) Read(key string) []byte { return c.read(key, minio.GetObjectOptions{}) }

func (c *minioGo) ReadRange(key string, span Span) []byte {
	how := minio.GetObjectOptions{}
	check(how.SetRange(span.First, span.Last))
	return c.read(key, how)
}

func (c *minioGo) ReadPart(key string, number int) []byte {
	return c.read(key, minio.GetObjectOptions{PartNumber: number})
}

func (c *minioGo) Presigned(upload Upload) string {
	asked := url.Values{"uploadId": {upload.ID}, "partNumber": {"1"}}
	return try(c.core.Presign(ctx, "PUT", c.Bucket, upload.Key, time.Minute, asked)).String()
}

func (c *minioGo) Send(key string, body []byte) {
	try(c.core.Client.PutObject(ctx, c.Bucket, key, bytes.NewReader(body), -1, minio.PutObjectOptions{PartSize: 8 * MB}))
}

func (c *minioGo) Receive(key string) []byte { return c.Read(key) }

func main() {
	Take(connect, func(err error) (string, int) {
		answer := minio.ToErrorResponse(err)
		return answer.Code, answer.StatusCode
	})
}
