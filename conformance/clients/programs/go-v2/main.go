// What the AWS SDK for Go v2 does with an endpoint.
package main

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/s3/manager"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

func connect(how Settings) Client {
	keys := aws.Credentials{AccessKeyID: accessKey, SecretAccessKey: secretKey, SessionToken: token}
	provider := aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return keys, nil })
	client := s3.New(s3.Options{BaseEndpoint: aws.String(how.URL.String()), Region: region, Credentials: provider,
		UsePathStyle: true, HTTPClient: web, RetryMaxAttempts: 1})
	every := common(how.Bucket, how.Checksum, how.Key)
	return Client{
		Begin: func(key string) At {
			return At{Key: key, UploadId: *ask(client.CreateMultipartUpload, every, At{Key: key}).UploadId}
		},
		Part: func(at At, body Body) Part {
			return as[Part](ask(client.UploadPart, every, at, s3.UploadPartInput{Body: body}))
		},
		CopiedPart: func(at At, source string, span Span) Part {
			from, bytes := how.Bucket+"/"+source, span.String()
			what := s3.UploadPartCopyInput{CopySource: &from, CopySourceRange: &bytes}
			return as[Part](ask(client.UploadPartCopy, every, at, what).CopyPartResult)
		},
		Complete: func(at At, parts []Part) {
			named := &types.CompletedMultipartUpload{Parts: all[types.CompletedPart](parts)}
			ask(client.CompleteMultipartUpload, every, at, s3.CompleteMultipartUploadInput{MultipartUpload: named})
		},
		Abort: func(at At) { ask(client.AbortMultipartUpload, every, at) },
		Parts: func(at At) (parts []Part) {
			asked := as[s3.ListPartsInput](every, at, s3.ListPartsInput{MaxParts: aws.Int32(1)})
			for pages := s3.NewListPartsPaginator(client, &asked); pages.HasMorePages(); {
				parts = append(parts, all[Part](try(pages.NextPage(ctx)).Parts)...)
			}
			return parts
		},
		Uploads: func(prefix string) []At {
			return all[At](ask(client.ListMultipartUploads, every, s3.ListMultipartUploadsInput{Prefix: &prefix}).Uploads)
		},
		Read:      func(at At) []byte { return whole(ask(client.GetObject, every, at).Body) },
		Presigned: func(at At) string { return ask(s3.NewPresignClient(client).PresignUploadPart, every, at).URL },
		Send: func(key string, body Body) {
			ask(manager.NewUploader(client).Upload, every, At{Key: key}, s3.PutObjectInput{Body: body})
		},
		Receive: func(key string) []byte {
			found, asked := manager.NewWriteAtBuffer(nil), as[s3.GetObjectInput](every, At{Key: key})
			try(manager.NewDownloader(client).Download(ctx, found, &asked))
			return found.Bytes()
		},
	}
}

func main() { Take(connect, answered) }
