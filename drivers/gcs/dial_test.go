package gcs

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for _, test := range []struct {
		query string
		want  parameters
		err   string
	}{
		{"", parameters{}, ""},
		{"anonymous=true", parameters{anonymous: true}, ""},
		{"anonymous=false&universe_domain=example.com", parameters{universe: "example.com"}, ""},
		{"grpc=false&zonal=false", parameters{}, ""},
		{"anonymous=perhaps", parameters{}, "parameter anonymous: want true or false"},
		{"universe_domain=", parameters{}, "parameter universe_domain: want a domain"},
		{"universe_domain=evil.example/x?", parameters{}, "parameter universe_domain: want a domain"},
		{"universe_domain=user@evil.example", parameters{}, "parameter universe_domain: want a domain"},
		{"grpc=true", parameters{}, "unsupported operation: parameter grpc: the driver speaks HTTP alone, leave it out"},
		{"zonal=1", parameters{}, "unsupported operation: parameter zonal: the driver speaks HTTP alone, leave it out"},
		{"access_id=-", parameters{}, `unknown parameter "access_id": anonymous and universe_domain are known`},
	} {
		query, err := url.ParseQuery(test.query)
		if err != nil {
			t.Fatal(err)
		}
		got, err := parse(query)
		if err != nil && (test.err == "" || err.Error() != test.err) || err == nil && (test.err != "" || got != test.want) {
			t.Errorf("%q: %+v, %v; want %+v, %q", test.query, got, err, test.want, test.err)
		}
	}
}

func TestDialWithoutCredentials(t *testing.T) {
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", filepath.Join(t.TempDir(), "none.json")) // nobody looks
	for _, test := range []struct {
		emulator, query, host string
	}{
		{"", "anonymous=true", "https://storage.googleapis.com"},
		{"", "anonymous=true&universe_domain=example.com", "https://storage.example.com"},
		{"localhost:4443", "", "http://localhost:4443"},
		{"https://localhost:4443/storage/v1/", "anonymous=true", "https://localhost:4443"},
		{"http://", "", ""},
	} {
		t.Setenv(emulatorHost, test.emulator)
		query, err := url.ParseQuery(test.query)
		if err != nil {
			t.Fatal(err)
		}
		p, err := parse(query)
		if err != nil {
			t.Fatal(err)
		}
		client, host, err := p.dial(t.Context())
		if host != test.host || (err == nil) != (test.host != "") {
			t.Errorf("%+v: host %q, %v", test, host, err)
		}
		if err == nil {
			if h := sent(t, client); h.Get("Authorization") != "" || h.Get("User-Agent") != userAgent {
				t.Errorf("%+v: sends %v", test, h)
			}
		}
	}
}

// sent returns what a client puts into the header of a request.
func sent(t *testing.T, client *http.Client) (h http.Header) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { h = r.Header }))
	defer s.Close()
	r, err := client.Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Body.Close()
	return h
}

// serviceAccount puts credentials into the environment whose tokens come from a
// server of this process.
func serviceAccount(t *testing.T, token http.HandlerFunc, more map[string]string) {
	t.Helper()
	s := httptest.NewServer(token)
	t.Cleanup(s.Close)
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	account := map[string]string{
		"type":         "service_account",
		"client_email": "test@example.com",
		"private_key":  string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})),
		"token_uri":    s.URL,
	}
	maps.Copy(account, more)
	text, err := json.Marshal(account)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "account.json")
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", name)
	t.Setenv(emulatorHost, "")
}

func TestCredentials(t *testing.T) {
	var asked string
	serviceAccount(t, func(w http.ResponseWriter, r *http.Request) {
		asked = r.FormValue("grant_type")
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"access_token":"secret","token_type":"Bearer","expires_in":3600}`)
	}, nil)
	t.Setenv("GOOGLE_CLOUD_QUOTA_PROJECT", "payer")
	client, host, err := parameters{}.dial(t.Context())
	if err != nil || host != "https://storage.googleapis.com" {
		t.Fatalf("host %q, %v", host, err)
	}
	h := sent(t, client)
	for name, want := range map[string]string{
		"Authorization":       "Bearer secret",
		"X-Goog-User-Project": "payer",
		"User-Agent":          userAgent,
	} {
		if got := h.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if want := "urn:ietf:params:oauth:grant-type:jwt-bearer"; asked != want {
		t.Errorf("the token was asked for with %q", asked)
	}
}

// TestUniverse takes the domain from the credentials, whose token no other one gets.
func TestUniverse(t *testing.T) {
	serviceAccount(t, http.NotFound, map[string]string{"universe_domain": "example.com"})
	for _, universe := range []string{"", "example.com"} {
		if _, host, err := (parameters{universe: universe}).dial(t.Context()); err != nil || host != "https://storage.example.com" {
			t.Errorf("universe %q: host %q, %v", universe, host, err)
		}
	}
	for _, universe := range []string{"example.org", "googleapis.com"} {
		client, host, err := parameters{universe: universe}.dial(t.Context())
		if client != nil || host != "" || err == nil || !strings.Contains(err.Error(), `"example.com", not for "`+universe+`"`) {
			t.Errorf("universe %q, which the credentials are not for: host %q, %v", universe, host, err)
		}
	}
	serviceAccount(t, http.NotFound, nil)
	if _, host, err := (parameters{universe: "evil.example"}).dial(t.Context()); err == nil {
		t.Errorf("credentials of Google's own cloud are sent to %s", host)
	}
}

func TestNoCredentials(t *testing.T) {
	t.Setenv(emulatorHost, "")
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", filepath.Join(t.TempDir(), "none.json"))
	_, err := open(t.Context(), "bkt", nil)
	if err == nil || !strings.Contains(err.Error(), "anonymous=true") || !strings.Contains(err.Error(), "none.json") {
		t.Errorf("error %v", err)
	}
	if _, err := open(t.Context(), "bkt", url.Values{"grpc": {"true"}}); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("grpc: %v", err)
	}
}
