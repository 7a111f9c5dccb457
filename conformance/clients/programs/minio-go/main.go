// What minio-go does with an endpoint.
package main

import (
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"github.com/minio/minio-go/v7/pkg/encrypt"
)

var checksums = map[string]minio.ChecksumType{
	"CRC32": minio.ChecksumCRC32, "SHA256": minio.ChecksumSHA256, "CRC64NVME": minio.ChecksumCRC64NVME}

func connect(how Settings) Client {
	core := try(minio.NewCore(how.URL.Host, &minio.Options{Creds: credentials.NewStaticV4(accessKey, secretKey, token),
		Secure: how.URL.Scheme == "https", Region: region, BucketLookup: minio.BucketLookupPath, Transport: web.Transport,
		MaxRetries: 1, TrailingHeaders: how.Checksum != ""}))
	secret := given(how.Key, encrypt.NewSSEC)
	upload := func(key string, body Body, size int64, part uint64) {
		put := minio.PutObjectOptions{PartSize: part, Checksum: checksums[how.Checksum], ServerSideEncryption: secret}
		try(core.Client.PutObject(ctx, how.Bucket, key, body, size, put))
	}
	return Client{
		Write: func(key string, body Body) { upload(key, body, body.Size(), 5*MB) },
		Send:  func(key string, body Body) { upload(key, body, -1, 8*MB) },
		Begin: func(key string) At {
			return At{Key: key, UploadId: try(core.NewMultipartUpload(ctx, how.Bucket, key, minio.PutObjectOptions{}))}
		},
		Part: func(at At, body Body) Part {
			plain := minio.PutObjectPartOptions{}
			return as[Part](try(core.PutObjectPart(ctx, how.Bucket, at.Key, at.UploadId, at.PartNumber, body, body.Size(), plain)))
		},
		Copy: func(key, source string, spans []Span) {
			from := all[minio.CopySrcOptions](spans, minio.CopySrcOptions{Bucket: how.Bucket, Object: source, MatchRange: true})
			try(core.ComposeObject(ctx, minio.CopyDestOptions{Bucket: how.Bucket, Object: key}, from...))
		},
		Complete: func(at At, parts []Part) {
			named := all[minio.CompletePart](unquoted(parts))
			try(core.CompleteMultipartUpload(ctx, how.Bucket, at.Key, at.UploadId, named, minio.PutObjectOptions{}))
		},
		Abort: func(at At) { check(core.AbortMultipartUpload(ctx, how.Bucket, at.Key, at.UploadId)) },
		Parts: func(at At) (parts []Part) {
			for page := (minio.ListObjectPartsResult{IsTruncated: true}); page.IsTruncated; {
				page = try(core.ListObjectParts(ctx, how.Bucket, at.Key, at.UploadId, page.NextPartNumberMarker, 1))
				parts = append(parts, all[Part](page.ObjectParts)...)
			}
			return parts
		},
		Uploads: func(prefix string) []At {
			return all[At](try(core.ListMultipartUploads(ctx, how.Bucket, prefix, "", "", "", 10)).Uploads)
		},
		Read: func(at At) []byte {
			get := minio.GetObjectOptions{PartNumber: at.PartNumber, Checksum: how.Checksum != "", ServerSideEncryption: secret}
			if at.Range != nil {
				check(get.SetRange(at.Range.Start, at.Range.End))
			}
			return whole(core.GetObject(ctx, how.Bucket, at.Key, get))
		},
		Presigned: func(at At) string {
			return try(core.Presign(ctx, "PUT", how.Bucket, at.Key, time.Minute, at.Query())).String()
		},
	}
}

func main() { Take(connect, func(err error) Answer { return as[Answer](minio.ToErrorResponse(err)) }) }
