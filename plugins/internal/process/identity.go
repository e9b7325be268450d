package process

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"time"
)

// An identity is what the host shows to one process of a plugin, so that nobody
// else can talk to it: the client's side of what go-plugin calls AutoMTLS. That
// one's own certificate is on the curve P-521, whose signatures BoringSSL, and so
// Python's gRPC, does not take from clients; this one is on P-256.
type identity struct {
	tls *tls.Config
	pem string // the certificate, for the process
}

// envClientCert is go-plugin's variable for the certificate.
const envClientCert = "PLUGIN_CLIENT_CERT"

func newIdentity() (*identity, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		Subject:               pkix.Name{CommonName: "localhost"},
		DNSNames:              []string{"localhost"},
		SerialNumber:          serial,
		NotBefore:             time.Now().Add(-time.Minute),
		NotAfter:              time.Now().AddDate(30, 0, 0), // hosts may run for long
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		IsCA:                  true, // it signs itself
		BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	return &identity{
		tls: &tls.Config{
			Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}},
			ServerName:   "localhost",
			MinVersion:   tls.VersionTLS12,
			// None is trusted but the one the process names in its handshake, which
			// go-plugin puts here.
			RootCAs: x509.NewCertPool(),
		},
		pem: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
	}, nil
}
