// Signs the three requests with aws-sdk-go-v2 and prints nanoseconds for one signature.
//
//	go run . REQUESTS SAMPLES MILLIS
package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

type request struct {
	Case, Service, Method, Host, Path, Query, Body, Signature string
	Headers                                                   map[string]string
}

type input struct {
	Region   string
	ID       string `json:"access-key-id"`
	Secret   string
	Token    string
	Time     time.Time
	Expires  int `json:"expires-seconds"`
	Requests []request
}

type result struct {
	Signer string    `json:"signer"`
	Label  string    `json:"label"`
	Case   string    `json:"case"`
	NS     []float64 `json:"ns"`
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "go:", err)
		os.Exit(1)
	}
}

func main() {
	raw, err := os.ReadFile(os.Args[1])
	must(err)
	samples, err := strconv.Atoi(os.Args[2])
	must(err)
	millis, err := strconv.Atoi(os.Args[3])
	must(err)
	var in input
	must(json.Unmarshal(raw, &in))
	results := []result{}
	for _, r := range in.Requests {
		sign := prepare(in, r)
		if got := sign(); got != r.Signature {
			must(fmt.Errorf("%s: the signature is %s, not %s", r.Case, got, r.Signature))
		}
		out := result{
			Signer: "go",
			Label:  "Go, aws-sdk-go-v2 " + aws.SDKVersion + ", " + runtime.Version(),
			Case:   r.Case,
		}
		for i := -2; i < samples; i++ {
			ns := sample(sign, time.Duration(millis)*time.Millisecond)
			if i >= 0 {
				out.NS = append(out.NS, ns)
			}
		}
		results = append(results, out)
	}
	must(json.NewEncoder(os.Stdout).Encode(results))
}

// prepare answers a function that signs once and answers the signature.
func prepare(in input, r request) func() string {
	credentials := aws.Credentials{AccessKeyID: in.ID, SecretAccessKey: in.Secret, SessionToken: in.Token}
	signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = r.Service == "s3" })
	ctx := context.Background()
	target := "https://" + r.Host + r.Path
	if r.Query != "" {
		target += "?" + r.Query
	}
	// Without its body: the signer takes the hash, and would sign content-length.
	req, err := http.NewRequest(r.Method, target, nil)
	must(err)
	for name, value := range r.Headers {
		if name != "Host" {
			req.Header.Set(name, value)
		}
	}
	body := []byte(r.Body)
	switch r.Case {
	case "json-post":
		return func() string {
			hash := sha256.Sum256(body)
			must(signer.SignHTTP(ctx, credentials, req, hex.EncodeToString(hash[:]), r.Service, in.Region, in.Time))
			return last(req.Header.Get("Authorization"), "Signature=")
		}
	case "s3-get":
		req.Header.Set("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD")
		return func() string {
			must(signer.SignHTTP(ctx, credentials, req, "UNSIGNED-PAYLOAD", r.Service, in.Region, in.Time))
			return last(req.Header.Get("Authorization"), "Signature=")
		}
	default:
		query := req.URL.Query()
		query.Set("X-Amz-Expires", strconv.Itoa(in.Expires))
		req.URL.RawQuery = query.Encode()
		return func() string {
			url, _, err := signer.PresignHTTP(ctx, credentials, req, "UNSIGNED-PAYLOAD", r.Service, in.Region, in.Time)
			must(err)
			return last(url, "X-Amz-Signature=")
		}
	}
}

func last(text, after string) string {
	return text[strings.LastIndex(text, after)+len(after):]
}

var sink string

func sample(sign func() string, length time.Duration) float64 {
	begun := time.Now()
	signed := 0
	for time.Since(begun) < length {
		for i := 0; i < 200; i++ {
			sink = sign()
		}
		signed += 200
	}
	return float64(time.Since(begun).Nanoseconds()) / float64(signed)
}
