// The steps of every client in Go: what is called and compared, and one JSON line for each.
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
	"net/url"
	"os"
	"reflect"
	"slices"
	"strings"
	"time"
)

const MB = 1 << 20

// Settings are those of one connection; all its uploads have the same.
type Settings struct {
	URL      *url.URL
	Bucket   string
	Checksum string // an algorithm's name, or empty
	Key      []byte // a customer key, or nil
}

// At is where a call works: at an object, in an upload of it, at one of its parts, on a range. Its members have S3's names.
type At struct {
	Key, UploadId string
	PartNumber    int
	Range         *Span
}

// Span is a range of bytes, the last one with it.
type Span struct{ Start, End int64 }

// Part is a part as lists and completions name it, by S3's names.
type Part struct {
	PartNumber                                       int
	Size                                             int64
	ETag                                             string
	ChecksumCRC32, ChecksumSHA256, ChecksumCRC64NVME string
}

// Body is what is sent; it knows its size.
type Body = *bytes.Reader

// Client has the calls of one client. Keys are whole; a call panics with what went wrong.
type Client struct {
	Begin     func(key string) At
	Part      func(at At, body Body) Part
	Complete  func(at At, parts []Part)
	Abort     func(at At)
	Parts     func(at At) []Part
	Uploads   func(prefix string) []At
	Read      func(at At) []byte
	Presigned func(at At) string
	Send      func(key string, body Body)

	// One of two: a part that is copied, or a call of the client that makes an object of copied ranges.
	CopiedPart func(at At, source string, span Span) Part
	Copy       func(key, source string, spans []Span)

	// These may be left out: an upload by parts of 5 MB by the client itself, and a download by its transfer functions.
	Write   func(key string, body Body)
	Receive func(key string) []byte
}

// Answer is what S3 said to a call that failed.
type Answer struct {
	Code       string
	StatusCode int
}

type connection struct {
	Client
	summed bool
}

var (
	ctx       = context.Background()
	region    = os.Getenv("AWS_REGION")
	accessKey = os.Getenv("AWS_ACCESS_KEY_ID")
	secretKey = os.Getenv("AWS_SECRET_ACCESS_KEY")
	token     = os.Getenv("AWS_SESSION_TOKEN")
	web       = &http.Client{Transport: transport()}
	first     = data(5*MB, 1)
	second    = data(MB, 2)
	small     = data(1000, 3)
	object    = slices.Concat(first, second)
)

// Take takes the wanted steps and says what became of each; answer tells what S3 said.
func Take(connect func(Settings) Client, answer func(error) Answer) {
	steps := table(connect, answer)
	for _, name := range strings.Fields(os.Getenv("STEPS")) {
		said := map[string]any{"step": name, "ok": true}
		if err := caught(steps[name]); err != nil {
			found := answer(err)
			said["ok"], said["error"], said["code"], said["status"] = false, err.Error(), found.Code, found.StatusCode
		}
		said["ended"] = float64(time.Now().UnixMicro()) / 1e6
		line, _ := json.Marshal(said)
		fmt.Println(string(line))
	}
}

func table(connect func(Settings) Client, answer func(error) Answer) map[string]func() {
	open := func(endpoint, bucket, checksum string, key []byte) connection {
		how := Settings{try(url.Parse(os.Getenv(endpoint))), os.Getenv(bucket), checksum, key}
		return connection{connect(how), checksum != ""}
	}
	client := open("ENDPOINT_URL", "BUCKET", "", nil)
	steps := map[string]func(){
		"upload":    func() { client.write(key("object"), first, second) },
		"download":  func() { client.holds(At{Key: key("object")}, object, "the bytes come back") },
		"range":     func() { client.holds(At{Key: key("object"), Range: &Span{10, 19}}, object[10:20], "ten bytes") },
		"part-read": func() { client.holds(At{Key: key("object"), PartNumber: 2}, second, "the second part") },
		"list-parts": func() {
			upload := client.Begin(key("listed"))
			client.Part(upload.part(1), bytes.NewReader(data(1000, 1)))
			client.Part(upload.part(2), bytes.NewReader(data(2000, 1)))
			found := client.Parts(upload)
			must(len(found) == 2 && found[0].Size == 1000 && found[1].Size == 2000, found)
			client.Abort(upload)
		},
		"list-uploads": func() {
			upload := client.Begin(key("going/a b+é"))
			found := client.Uploads(key("going/"))
			must(len(found) == 1 && found[0].Key == upload.Key, found)
			client.Abort(upload)
		},
		"copy": func() {
			client.copy(key("copied"), key("object"), Span{10, 5*MB + 9}, Span{0, 99})
			client.holds(At{Key: key("copied")}, slices.Concat(object[10:5*MB+10], object[:100]), "the copied ranges")
		},
		"abort": func() {
			upload := client.Begin(key("aborted"))
			client.Abort(upload)
			err := caught(func() { client.Parts(upload) })
			must(err != nil, "an aborted upload is listed")
			must(answer(err).Code == "NoSuchUpload", err)
		},
		"sse-c": func() {
			secret := make([]byte, 32)
			rand.Read(secret)
			open("TLS_ENDPOINT_URL", "BUCKET", "", secret).written("secret", first, small)
		},
		"presigned": func() {
			upload := client.Begin(key("presigned"))
			request := try(http.NewRequest("PUT", client.Presigned(upload.part(1)), bytes.NewReader(small)))
			answer := try(web.Transport.RoundTrip(request))
			text := whole(answer.Body)
			must(answer.StatusCode == 200, fmt.Sprint(answer.StatusCode, " ", string(text)))
			client.Complete(upload, []Part{{PartNumber: 1, ETag: answer.Header.Get("ETag")}})
		},
		"directory-bucket": func() { open("ENDPOINT_URL", "DIRECTORY_BUCKET", "", nil).written("object", first, small) },
		"sample-13mb":      func() { client.written("sample", data(5*MB, 3), data(5*MB, 4), data(3*MB, 5)) },
		"transfer": func() {
			body, at := data(20*MB, 6), At{Key: key("transferred")}
			client.Send(at.Key, bytes.NewReader(body))
			if client.Receive == nil {
				client.holds(at, body, "the bytes come back")
				return
			}
			must(bytes.Equal(client.Receive(at.Key), body), "the bytes come back")
		},
	}
	for _, algorithm := range []string{"CRC32", "SHA256", "CRC64NVME"} {
		steps["checksum/"+algorithm] = func() {
			open("ENDPOINT_URL", "BUCKET", algorithm, nil).written("sum-"+algorithm, first, small)
		}
	}
	return steps
}

// write uploads an object, each piece as a part.
func (c connection) write(key string, pieces ...[]byte) {
	if c.Write != nil {
		c.Write(key, bytes.NewReader(slices.Concat(pieces...)))
		return
	}
	upload, parts := c.Begin(key), []Part{}
	for at, piece := range pieces {
		parts = append(parts, c.named(at+1, c.Part(upload.part(at+1), bytes.NewReader(piece))))
	}
	c.Complete(upload, parts)
}

// copy makes an object of ranges of another.
func (c connection) copy(key, source string, spans ...Span) {
	if c.Copy != nil {
		c.Copy(key, source, spans)
		return
	}
	upload, parts := c.Begin(key), []Part{}
	for at, span := range spans {
		parts = append(parts, c.named(at+1, c.CopiedPart(upload.part(at+1), source, span)))
	}
	c.Complete(upload, parts)
}

// named returns a part as a completion names it; checksums that the upload did not ask for are left out.
func (c connection) named(number int, part Part) Part {
	must(part.ETag != "", "the answer to a part has no ETag")
	if !c.summed {
		return Part{PartNumber: number, ETag: part.ETag}
	}
	must(part.ChecksumCRC32+part.ChecksumSHA256+part.ChecksumCRC64NVME != "", "the answer to a part has no checksum")
	part.PartNumber = number
	return part
}

func (c connection) holds(at At, wanted []byte, what string) {
	must(bytes.Equal(c.Read(at), wanted), what)
}

func (c connection) written(name string, pieces ...[]byte) {
	c.write(key(name), pieces...)
	c.holds(At{Key: key(name)}, slices.Concat(pieces...), "the bytes come back")
}

func (at At) part(number int) At {
	at.PartNumber = number
	return at
}

// Query is that of a request for a part.
func (at At) Query() url.Values {
	return url.Values{"uploadId": {at.UploadId}, "partNumber": {fmt.Sprint(at.PartNumber)}}
}

func (span Span) String() string { return fmt.Sprintf("bytes=%d-%d", span.Start, span.End) }

// unquoted returns parts as clients name them that take an ETag without its quotes.
func unquoted(parts []Part) []Part {
	bare := slices.Clone(parts)
	for at := range bare {
		bare[at].ETag = strings.Trim(bare[at].ETag, `"`)
	}
	return bare
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

// whole reads a body to its end; with it comes what its client returns beside it, such as an error.
func whole(body io.ReadCloser, beside ...any) []byte {
	for _, one := range beside {
		if err, is := one.(error); is {
			check(err)
		}
	}
	defer body.Close()
	return try(io.ReadAll(body))
}

// given returns what a client makes of a setting, and nothing of one that is not set.
func given[To any](setting []byte, of func([]byte) (To, error)) (made To) {
	if setting != nil {
		made = try(of(setting))
	}
	return made
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

// Common is what all calls of a connection name, as far as they can, where a client has S3's names.
type Common struct {
	Bucket, ChecksumAlgorithm, ChecksumMode                 string
	SSECustomerAlgorithm, SSECustomerKey, SSECustomerKeyMD5 string
}

func common(bucket, checksum string, secret []byte) Common {
	all := Common{Bucket: bucket, ChecksumAlgorithm: checksum}
	if checksum != "" {
		all.ChecksumMode = "ENABLED"
	}
	if secret != nil {
		sum := md5.Sum(secret)
		all.SSECustomerAlgorithm, all.SSECustomerKey = "AES256", base64.StdEncoding.EncodeToString(secret)
		all.SSECustomerKeyMD5 = base64.StdEncoding.EncodeToString(sum[:])
	}
	return all
}

// ask calls an operation; its input has those members of the sources which it knows.
func ask[In, Out, Option any](call func(context.Context, *In, ...func(*Option)) (*Out, error), sources ...any) *Out {
	asked := as[In](sources...)
	return try(call(ctx, &asked))
}

// answered tells what S3 said by an error that knows its code.
func answered(err error) (found Answer) {
	var answer interface{ ErrorCode() string }
	if errors.As(err, &answer) {
		found.Code = answer.ErrorCode()
	}
	return found
}

// as makes a value that has the members of others: those of the same names, as far as they are set; the last one counts.
func as[To any](sources ...any) (made To) {
	for _, source := range sources {
		from := reflect.Indirect(reflect.ValueOf(source))
		for _, member := range reflect.VisibleFields(from.Type()) {
			given, to := from.FieldByIndex(member.Index), reflect.ValueOf(&made).Elem().FieldByName(member.Name)
			if member.IsExported() && to.IsValid() && !given.IsZero() {
				to.Set(converted(given, to.Type()))
			}
		}
	}
	return made
}

// all makes such a value of each of several, with the same other members.
func all[To, From any](several []From, others ...any) (made []To) {
	for _, one := range several {
		made = append(made, as[To](append(others, one)...))
	}
	return made
}

// converted returns a member as the type of another: its own, a pointer to it, what it points to, or another name of it.
func converted(given reflect.Value, to reflect.Type) reflect.Value {
	text, is := given.Interface().(fmt.Stringer)
	switch {
	case given.Type().AssignableTo(to):
		return given
	case to.Kind() == reflect.Pointer:
		made := reflect.New(to.Elem())
		made.Elem().Set(converted(given, to.Elem()))
		return made
	case to.Kind() == reflect.String && is:
		return reflect.ValueOf(text.String()).Convert(to)
	default:
		return reflect.Indirect(given).Convert(to)
	}
}
