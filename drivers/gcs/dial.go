package gcs

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"

	"golang.org/x/oauth2/google"
	"google.golang.org/api/option"
	apihttp "google.golang.org/api/transport/http"
)

// Names of environment variables and parameters.
const (
	emulatorHost   = "STORAGE_EMULATOR_HOST" // as in Google's own clients
	anonymous      = "anonymous"
	universeDomain = "universe_domain"
)

const (
	defaultUniverse = "googleapis.com"
	userAgent       = "lazyscribe-go"

	// scope is what the credentials are asked to allow: access is decided by the
	// roles they have.
	scope = "https://www.googleapis.com/auth/cloud-platform"
)

// parameters are those of a URL.
type parameters struct {
	anonymous bool
	universe  string // "": that of the credentials, which have to be for it
}

func parse(query url.Values) (parameters, error) {
	var p parameters
	for name := range query {
		value := query.Get(name)
		switch name {
		case anonymous:
			yes, err := strconv.ParseBool(value)
			if err != nil {
				return p, fmt.Errorf("parameter %s: want true or false", name)
			}
			p.anonymous = yes
		case universeDomain:
			// It becomes part of a host's name.
			if u, err := url.Parse("https://" + value); err != nil || value == "" || u.Host != value {
				return p, fmt.Errorf("parameter %s: want a domain", name)
			}
			p.universe = value
		case "grpc", "zonal":
			if yes, err := strconv.ParseBool(value); err != nil || yes {
				return p, fmt.Errorf("%w: parameter %s: the driver speaks HTTP alone, leave it out", errors.ErrUnsupported, name)
			}
		default:
			return p, fmt.Errorf("unknown parameter %q: %s and %s are known", name, anonymous, universeDomain)
		}
	}
	return p, nil
}

// dial returns a client with the credentials there are, and the host that it is
// for.
func (p parameters) dial(ctx context.Context) (client *http.Client, host string, err error) {
	// Telemetry would wrap each request, for programs that have none.
	options := []option.ClientOption{option.WithUserAgent(userAgent), option.WithTelemetryDisabled()}
	switch emulator := os.Getenv(emulatorHost); {
	case emulator != "":
		options = append(options, option.WithoutAuthentication())
		host, err = emulated(emulator)
	case p.anonymous:
		options = append(options, option.WithoutAuthentication())
		host = hostIn(p.universe)
	default:
		var credentials *google.Credentials
		if credentials, err = findCredentials(ctx); err == nil {
			options = append(options, option.WithCredentials(credentials))
			host, err = p.hostFor(credentials)
		}
	}
	if err != nil {
		return nil, "", err
	}
	// The endpoint is said so that none is looked for.
	client, _, err = apihttp.NewClient(ctx, append(options, option.WithEndpoint(host))...)
	return client, host, err
}

func findCredentials(ctx context.Context) (*google.Credentials, error) {
	// They fetch tokens as long as the program runs, after ctx has ended.
	credentials, err := google.FindDefaultCredentials(context.WithoutCancel(ctx), scope)
	if err != nil {
		return nil, fmt.Errorf(`%w; log in with "gcloud auth application-default login", or read a public bucket with %s=true`, err, anonymous)
	}
	return credentials, nil
}

// hostFor returns the host of the cloud that credentials are for. Their token opens
// all that they may, so a URL, which anybody may have made up, does not say who
// gets it.
func (p parameters) hostFor(credentials *google.Credentials) (string, error) {
	universe, err := credentials.GetUniverseDomain()
	if err != nil {
		return "", err
	}
	if p.universe != "" && p.universe != universe {
		return "", fmt.Errorf("parameter %s: the credentials are for %q, not for %q", universeDomain, universe, p.universe)
	}
	return hostIn(universe), nil
}

func hostIn(universe string) string {
	if universe == "" {
		universe = defaultUniverse
	}
	return "https://storage." + universe
}

// emulated returns the host of an emulator, which may be given with or without
// its scheme.
func emulated(address string) (string, error) {
	if !strings.Contains(address, "://") {
		address = "http://" + address
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return "", fmt.Errorf("%s: want a host, such as localhost:4443", emulatorHost)
	}
	return u.Scheme + "://" + u.Host, nil
}
