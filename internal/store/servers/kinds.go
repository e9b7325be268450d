package servers

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Programs, as they lie in .servers.
const (
	minio   = "minio"
	azurite = "node_modules/.bin/azurite-blob"
)

// Credentials of the S3 servers.
const (
	accessKey = "lazyscribe-test"
	secretKey = "lazyscribe-test-secret"
)

// VersityGW starts a gateway to a local folder that speaks the protocol of S3.
func VersityGW(t testing.TB, o *Options) *Server {
	t.Helper()
	return start(t, kind{
		program: "versitygw",
		prepare: prepareS3,
		args: func(s *Server) (args, env []string) {
			return []string{"--port", s.address(), "--keep-alive", "--quiet", "posix", s.dir},
				[]string{"ROOT_ACCESS_KEY=" + accessKey, "ROOT_SECRET_KEY=" + secretKey}
		},
		ready: func(ctx context.Context, s *Server) bool { return answers(ctx, s, "/") },
		url:   s3URL,
	}, o)
}

// MinIO starts a MinIO server.
func MinIO(t testing.TB, o *Options) *Server {
	t.Helper()
	return start(t, kind{
		program: minio,
		prepare: prepareS3,
		args: func(s *Server) (args, env []string) {
			return []string{"server", "--quiet", "--address", s.address(), "--console-address", "127.0.0.1:0", s.dir},
				[]string{"MINIO_ROOT_USER=" + accessKey, "MINIO_ROOT_PASSWORD=" + secretKey}
		},
		ready: func(ctx context.Context, s *Server) bool { return answers(ctx, s, "/minio/health/ready") },
		url:   s3URL,
	}, o)
}

// prepareS3 makes the bucket, which is a folder, and sets the credentials.
func prepareS3(t testing.TB, s *Server) {
	t.Helper()
	if err := os.Mkdir(filepath.Join(s.dir, s.Bucket), 0o777); err != nil {
		t.Fatal(err)
	}
	setCredentials(t)
}

func setCredentials(t testing.TB) {
	t.Helper()
	t.Setenv("AWS_ACCESS_KEY_ID", accessKey)
	t.Setenv("AWS_SECRET_ACCESS_KEY", secretKey)
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
}

func s3URL(s *Server, key string) string {
	return fmt.Sprintf("s3://%s/%s?region=us-east-1&use_path_style=true&endpoint=%s", s.Bucket, key, url.QueryEscape(s.Endpoint()))
}

// FakeGCS starts an emulator of Google Cloud Storage.
func FakeGCS(t testing.TB, o *Options) *Server {
	t.Helper()
	return start(t, kind{
		program: "fake-gcs-server",
		forgets: true,
		prepare: func(t testing.TB, s *Server) { t.Setenv("STORAGE_EMULATOR_HOST", s.front) },
		args: func(s *Server) (args, env []string) {
			return []string{
				"-scheme", "http", "-host", "127.0.0.1", "-port", fmt.Sprint(s.port), "-log-level", "error",
				"-backend", "memory", "-public-host", s.front, "-external-url", s.Endpoint(),
			}, nil
		},
		ready: func(ctx context.Context, s *Server) bool { return answers(ctx, s, "/storage/v1/b?project=test") },
		made: func(t testing.TB, s *Server) {
			do(t, http.MethodPost, "http://"+s.address()+"/storage/v1/b?project=test", fmt.Sprintf(`{"name":%q}`, s.Bucket), nil)
		},
		url: func(s *Server, key string) string { return "gs://" + s.Bucket + "/" + key },
	}, o)
}

// The account that Azurite has, with its key, from Microsoft's documentation of
// the emulator.
const (
	azuriteAccount = "devstoreaccount1"
	azuriteKey     = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
)

// Azurite starts an emulator of Azure Blob Storage.
func Azurite(t testing.TB, o *Options) *Server {
	t.Helper()
	return start(t, kind{
		program: azurite,
		forgets: true, // it writes down what it has every few seconds
		prepare: func(t testing.TB, s *Server) {
			t.Setenv("AZURE_STORAGE_ACCOUNT", azuriteAccount)
			t.Setenv("AZURE_STORAGE_KEY", azuriteKey)
		},
		args: func(s *Server) (args, env []string) {
			return []string{
				"--blobHost", "127.0.0.1", "--blobPort", fmt.Sprint(s.port), "--location", s.dir,
				"--silent", "--skipApiVersionCheck", "--disableTelemetry",
			}, nil
		},
		ready: func(ctx context.Context, s *Server) bool { return answers(ctx, s, "/"+azuriteAccount) },
		made:  makeContainer,
		url: func(s *Server, key string) string {
			return fmt.Sprintf("azblob://%s/%s?protocol=http&domain=%s", s.Bucket, key, s.front)
		},
	}, o)
}

// makeContainer signs the request as "Authorize with Shared Key" of the Azure
// Storage documentation says.
func makeContainer(t testing.TB, s *Server) {
	t.Helper()
	const version = "2021-12-02"
	date := time.Now().UTC().Format(http.TimeFormat)
	path := "/" + azuriteAccount + "/" + s.Bucket
	toSign := http.MethodPut + strings.Repeat("\n", 12) + // headers that are not sent
		"x-ms-date:" + date + "\nx-ms-version:" + version + "\n" +
		"/" + azuriteAccount + path + "\nrestype:container"
	key, err := base64.StdEncoding.DecodeString(azuriteKey)
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(toSign))
	do(t, http.MethodPut, "http://"+s.address()+path+"?restype=container", "", http.Header{
		"X-Ms-Date":     {date},
		"X-Ms-Version":  {version},
		"Authorization": {"SharedKey " + azuriteAccount + ":" + base64.StdEncoding.EncodeToString(mac.Sum(nil))},
	})
}

// do sends a request that must succeed.
func do(t testing.TB, method, url, body string, header http.Header) {
	t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(r.Header, header)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode >= http.StatusBadRequest {
		t.Fatalf("%s %s: %s", method, url, response.Status)
	}
}
