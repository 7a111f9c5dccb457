// The steps of every client in Go: what is called and compared, and one JSON line for each.
package main

import (
	"bytes"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"
)

const MB = 1 << 20

// Settings are those of one connection; all its uploads have the same.
type Settings struct {
	URL, Bucket string
	Checksum    string // an algorithm's name, or empty
	Key         []byte // a customer key, or nil
}

// Upload is an upload in progress.
type Upload struct{ Key, ID string }

// Part is a part as a completion names it; checksums that the upload did not ask for are left out.
type Part struct {
	Number                   int
	ETag                     string
	CRC32, SHA256, CRC64NVME *string
}

// Span is a range of bytes, first and last.
type Span struct{ First, Last int64 }

// Client has the calls of one client. Keys are whole; a call panics with what went wrong.
type Client interface {
	Write(key string, pieces ...[]byte)
	Begin(key string) Upload
	Part(upload Upload, number int, body []byte) Part
	Copy(key, source string, spans ...Span)
	Complete(upload Upload, parts ...Part)
	Abort(upload Upload)
	Sizes(upload Upload) []int64
	Uploads(prefix string) []string
	Read(key string) []byte
	ReadRange(key string, span Span) []byte
	ReadPart(key string, number int) []byte
	Presigned(upload Upload) string
	Send(key string, body []byte)
	Receive(key string) []byte
}

var (
	region    = os.Getenv("AWS_REGION")
	accessKey = os.Getenv("AWS_ACCESS_KEY_ID")
	secretKey = os.Getenv("AWS_SECRET_ACCESS_KEY")
	token     = os.Getenv("AWS_SESSION_TOKEN")
	web       = transport()
	first     = data(5*MB, 1)
	second    = data(MB, 2)
	small     = data(1000, 3)
	object    = slices.Concat(first, second)
)

// Take takes the wanted steps and says what became of each; answer returns S3's code and status.
func Take(connect func(Settings) Client, answer func(error) (string, int)) {
	plain := Settings{URL: os.Getenv("ENDPOINT_URL"), Bucket: os.Getenv("BUCKET")}
	steps := table(connect, plain, answer)
	for _, name := range strings.Fields(os.Getenv("STEPS")) {
		said := map[string]any{"step": name, "ok": true}
		if err := caught(steps[name]); err != nil {
			code, status := answer(err)
			said["ok"], said["error"], said["code"], said["status"] = false, err.Error(), code, status
		}
		said["ended"] = float64(time.Now().UnixMicro()) / 1e6
		line, _ := json.Marshal(said)
		fmt.Println(string(line))
	}
}

func table(connect func(Settings) Client, plain Settings, answer func(error) (string, int)) map[string]func() {
	client := connect(plain)
	steps := map[string]func(){
		"upload":    func() { client.Write(key("object"), first, second) },
		"download":  func() { must(bytes.Equal(client.Read(key("object")), object), "the bytes come back") },
		"range":     func() { must(bytes.Equal(client.ReadRange(key("object"), Span{10, 19}), object[10:20]), "ten bytes") },
		"part-read": func() { must(bytes.Equal(client.ReadPart(key("object"), 2), second), "the second part") },
		"list-parts": func() {
			upload := client.Begin(key("listed"))
			client.Part(upload, 1, data(1000, 1))
			client.Part(upload, 2, data(2000, 1))
			found := client.Sizes(upload)
			must(slices.Equal(found, []int64{1000, 2000}), found)
			client.Abort(upload)
		},
		"list-uploads": func() {
			upload := client.Begin(key("going/a b+é"))
			found := client.Uploads(key("going/"))
			must(slices.Equal(found, []string{upload.Key}), found)
			client.Abort(upload)
		},
		"copy": func() {
			client.Copy(key("copied"), key("object"), Span{10, 5*MB + 9}, Span{0, 99})
			want := slices.Concat(object[10:5*MB+10], object[:100])
			must(bytes.Equal(client.Read(key("copied")), want), "the copied ranges")
		},
		"abort": func() {
			upload := client.Begin(key("aborted"))
			client.Abort(upload)
			err := caught(func() { client.Sizes(upload) })
			must(err != nil, "an aborted upload is listed")
			code, _ := answer(err)
			must(code == "NoSuchUpload", err)
		},
		"sse-c": func() {
			secret := make([]byte, 32)
			rand.Read(secret)
			written(connect(Settings{URL: os.Getenv("TLS_ENDPOINT_URL"), Bucket: plain.Bucket, Key: secret}), "secret", first, small)
		},
		"presigned": func() {
			upload := client.Begin(key("presigned"))
			request := try(http.NewRequest("PUT", client.Presigned(upload), bytes.NewReader(small)))
			answer := try(web.RoundTrip(request))
			text := try(io.ReadAll(answer.Body))
			must(answer.StatusCode == 200, fmt.Sprint(answer.StatusCode, " ", string(text)))
			client.Complete(upload, Part{Number: 1, ETag: answer.Header.Get("ETag")})
		},
		"directory-bucket": func() {
			written(connect(Settings{URL: plain.URL, Bucket: os.Getenv("DIRECTORY_BUCKET")}), "object", first, small)
		},
		"sample-13mb": func() { written(client, "sample", data(5*MB, 3), data(5*MB, 4), data(3*MB, 5)) },
		"transfer": func() {
			body := data(20*MB, 6)
			client.Send(key("transferred"), body)
			must(bytes.Equal(client.Receive(key("transferred")), body), "the bytes come back")
		},
	}
	for _, algorithm := range []string{"CRC32", "SHA256", "CRC64NVME"} {
		steps["checksum/"+algorithm] = func() {
			written(connect(Settings{URL: plain.URL, Bucket: plain.Bucket, Checksum: algorithm}), "sum-"+algorithm, first, small)
		}
	}
	return steps
}

// writeByParts uploads each piece as a part.
func writeByParts(client Client, key string, summed bool, pieces ...[]byte) {
	upload, parts := client.Begin(key), []Part{}
	for at, piece := range pieces {
		part := client.Part(upload, at+1, piece)
		if summed {
			must(part.CRC32 != nil || part.SHA256 != nil || part.CRC64NVME != nil, "the answer to a part has no checksum")
		} else {
			part.CRC32, part.SHA256, part.CRC64NVME = nil, nil, nil
		}
		parts = append(parts, part)
	}
	client.Complete(upload, parts...)
}

func written(client Client, name string, pieces ...[]byte) {
	client.Write(key(name), pieces...)
	must(bytes.Equal(client.Read(key(name)), slices.Concat(pieces...)), "the bytes come back")
}

func key(name string) string { return os.Getenv("PREFIX") + name }

func data(size int, seed byte) []byte {
	return bytes.Repeat([]byte{seed, 'x', seed + 7, '\n'}, size/4+1)[:size]
}

func transport() *http.Transport {
	own := http.DefaultTransport.(*http.Transport).Clone()
	if pem, err := os.ReadFile(os.Getenv("CA_FILE")); err == nil {
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM(pem)
		own.TLSClientConfig = &tls.Config{RootCAs: pool}
	}
	return own
}

func try[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func must(holds bool, what any) {
	if !holds {
		panic(fmt.Errorf("%v", what))
	}
}

// caught returns the error that a function panics with; other panics are errors, too.
func caught(body func()) (err error) {
	defer func() {
		if failed := recover(); failed != nil {
			is := false
			if err, is = failed.(error); !is {
				err = fmt.Errorf("%v", failed)
			}
		}
	}()
	body()
	return nil
}
