// What minio-go does with an endpoint: one JSON line a step.
package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"github.com/minio/minio-go/v7/pkg/encrypt"
)

const MB = 1 << 20

var (
	ctx    = context.Background()
	bucket = os.Getenv("BUCKET")
	wanted = strings.Fields(os.Getenv("STEPS"))
	web    = transport()
	core   = connect(os.Getenv("ENDPOINT_URL"), false)
)

func transport() *http.Transport {
	own := http.DefaultTransport.(*http.Transport).Clone()
	if pem, err := os.ReadFile(os.Getenv("CA_FILE")); err == nil {
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM(pem)
		own.TLSClientConfig = &tls.Config{RootCAs: pool}
	}
	return own
}

func connect(text string, trailers bool) *minio.Core {
	at := try(url.Parse(text))
	keys := credentials.NewStaticV4(os.Getenv("AWS_ACCESS_KEY_ID"), os.Getenv("AWS_SECRET_ACCESS_KEY"), os.Getenv("AWS_SESSION_TOKEN"))
	return try(minio.NewCore(at.Host, &minio.Options{Creds: keys, Secure: at.Scheme == "https", Region: os.Getenv("AWS_REGION"),
		BucketLookup: minio.BucketLookupPath, Transport: web, MaxRetries: 1, TrailingHeaders: trailers}))
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
				if err, is := failed.(error); is {
					answer := minio.ToErrorResponse(err)
					said["code"], said["status"] = answer.Code, answer.StatusCode
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

func key(name string) string { return os.Getenv("PREFIX") + name }

func data(size int, seed byte) []byte {
	return bytes.Repeat([]byte{seed, 'x', seed + 7, '\n'}, size/4+1)[:size]
}

func read(by *minio.Core, name string, how minio.GetObjectOptions) []byte {
	body, _, _, err := by.GetObject(ctx, bucket, key(name), how)
	if err != nil {
		panic(err)
	}
	defer body.Close()
	return try(io.ReadAll(body))
}

func put(by *minio.Core, name string, body []byte, how minio.PutObjectOptions) {
	how.PartSize = 5 * MB
	try(by.Client.PutObject(ctx, bucket, key(name), bytes.NewReader(body), int64(len(body)), how))
}

func begin(name string) string {
	return try(core.NewMultipartUpload(ctx, bucket, key(name), minio.PutObjectOptions{}))
}

func main() {
	whole := append(data(5*MB, 1), data(MB, 2)...)
	step("upload", func() { put(core, "object", whole, minio.PutObjectOptions{}) })
	step("download", func() {
		must(bytes.Equal(read(core, "object", minio.GetObjectOptions{}), whole), "the bytes come back")
	})
	step("range", func() {
		how := minio.GetObjectOptions{}
		how.SetRange(10, 19)
		must(bytes.Equal(read(core, "object", how), whole[10:20]), "ten bytes")
	})
	step("part-read", func() {
		must(bytes.Equal(read(core, "object", minio.GetObjectOptions{PartNumber: 2}), data(MB, 2)), "the second part")
	})
	step("list-parts", func() {
		id := begin("listed")
		for number := range 2 {
			try(core.PutObjectPart(ctx, bucket, key("listed"), id, number+1, bytes.NewReader(data(1000, 1)), 1000, minio.PutObjectPartOptions{}))
		}
		first := try(core.ListObjectParts(ctx, bucket, key("listed"), id, 0, 1))
		second := try(core.ListObjectParts(ctx, bucket, key("listed"), id, first.NextPartNumberMarker, 1))
		must(len(first.ObjectParts) == 1 && len(second.ObjectParts) == 1 && second.ObjectParts[0].PartNumber == 2, second)
		must(core.AbortMultipartUpload(ctx, bucket, key("listed"), id) == nil, "abort")
	})
	step("list-uploads", func() {
		id := begin("going/a b+é")
		listed := try(core.ListMultipartUploads(ctx, bucket, key("going/"), "", "", "", 10))
		must(len(listed.Uploads) == 1 && listed.Uploads[0].Key == key("going/a b+é"), listed.Uploads)
		must(core.AbortMultipartUpload(ctx, bucket, key("going/a b+é"), id) == nil, "abort")
	})
	step("copy", func() {
		source := minio.CopySrcOptions{Bucket: bucket, Object: key("object"), MatchRange: true, Start: 10, End: 5*MB + 9}
		rest := minio.CopySrcOptions{Bucket: bucket, Object: key("object"), MatchRange: true, Start: 0, End: 99}
		try(core.ComposeObject(ctx, minio.CopyDestOptions{Bucket: bucket, Object: key("copied")}, source, rest))
		want := append(append([]byte{}, whole[10:5*MB+10]...), whole[:100]...)
		must(bytes.Equal(read(core, "copied", minio.GetObjectOptions{}), want), "the copied ranges")
	})
	step("abort", func() {
		id := begin("aborted")
		must(core.AbortMultipartUpload(ctx, bucket, key("aborted"), id) == nil, "abort")
		_, err := core.ListObjectParts(ctx, bucket, key("aborted"), id, 0, 10)
		must(err != nil && minio.ToErrorResponse(err).Code == "NoSuchUpload", fmt.Sprint("listed: ", err))
	})
	sums := map[string]minio.ChecksumType{"CRC32": minio.ChecksumCRC32, "SHA256": minio.ChecksumSHA256, "CRC64NVME": minio.ChecksumCRC64NVME}
	for _, name := range []string{"CRC32", "SHA256", "CRC64NVME"} {
		step("checksum/"+name, func() {
			summing := connect(os.Getenv("ENDPOINT_URL"), true)
			put(summing, "sum-"+name, append(data(5*MB, 1), data(1000, 2)...), minio.PutObjectOptions{Checksum: sums[name]})
			must(len(read(summing, "sum-"+name, minio.GetObjectOptions{Checksum: true})) == 5*MB+1000, "its length")
		})
	}
	step("sse-c", func() {
		secret := make([]byte, 32)
		rand.Read(secret)
		hidden := try(encrypt.NewSSEC(secret))
		over := connect(os.Getenv("TLS_ENDPOINT_URL"), false)
		put(over, "secret", append(data(5*MB, 1), data(1000, 2)...), minio.PutObjectOptions{ServerSideEncryption: hidden})
		must(len(read(over, "secret", minio.GetObjectOptions{ServerSideEncryption: hidden})) == 5*MB+1000, "its length")
	})
	step("presigned", func() {
		id := begin("presigned")
		asked := url.Values{"uploadId": {id}, "partNumber": {"1"}}
		signed := try(core.Presign(ctx, "PUT", bucket, key("presigned"), time.Minute, asked))
		request := try(http.NewRequest("PUT", signed.String(), bytes.NewReader(data(1000, 1))))
		answer := try((&http.Client{Transport: web}).Do(request))
		must(answer.StatusCode == 200, answer.Status)
		part := minio.CompletePart{PartNumber: 1, ETag: strings.Trim(answer.Header.Get("ETag"), `"`)}
		try(core.CompleteMultipartUpload(ctx, bucket, key("presigned"), id, []minio.CompletePart{part}, minio.PutObjectOptions{}))
	})
	step("sample-13mb", func() {
		put(core, "sample", data(13*MB, 3), minio.PutObjectOptions{})
		must(bytes.Equal(read(core, "sample", minio.GetObjectOptions{}), data(13*MB, 3)), "the bytes come back")
	})
	step("transfer", func() {
		try(core.Client.PutObject(ctx, bucket, key("transferred"), bytes.NewReader(data(20*MB, 4)), -1, minio.PutObjectOptions{PartSize: 8 * MB}))
		must(bytes.Equal(read(core, "transferred", minio.GetObjectOptions{}), data(20*MB, 4)), "the bytes come back")
	})
}
