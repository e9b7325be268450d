package process

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"
)

// certificate reads the one that a process gets.
func certificate(t *testing.T, id *identity) *x509.Certificate {
	t.Helper()
	block, rest := pem.Decode([]byte(id.pem))
	if block == nil || block.Type != "CERTIFICATE" || len(rest) > 0 {
		t.Fatalf("got %q", id.pem)
	}
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func newID(t *testing.T) *identity {
	t.Helper()
	id, err := newIdentity()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// serving makes what a process serves with, as PROTOCOL.md has it.
func serving(t *testing.T) (tls.Certificate, *x509.Certificate) {
	t.Helper()
	public, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(nil, template, template, public, key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, c
}

func pool(c *x509.Certificate) *x509.CertPool {
	p := x509.NewCertPool()
	p.AddCert(c)
	return p
}

// TestIdentity: a process that was given the certificate lets in its owner, and
// nobody else; the owner talks to the process it knows, and to no other.
func TestIdentity(t *testing.T) {
	host, stranger := newID(t), newID(t)
	process, named := serving(t)
	_, other := serving(t)
	c := certificate(t, host)
	if key, ok := c.PublicKey.(*ecdsa.PublicKey); !ok || key.Curve != elliptic.P256() {
		t.Errorf("the key is a %T, want one on P-256, which all of gRPC takes", c.PublicKey)
	}
	if err := c.VerifyHostname("localhost"); err != nil {
		t.Error(err)
	}
	for _, test := range []struct {
		name    string
		client  *identity
		knows   *x509.CertPool // of processes
		welcome bool
	}{
		{"owner", host, pool(named), true},
		{"stranger", stranger, pool(named), false},
		{"another process", host, pool(other), false},
		{"before the handshake", host, nil, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			client := test.client.tls.Clone()
			if test.knows != nil { // as go-plugin does with what the handshake names
				client.RootCAs = test.knows
			}
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Skip(err)
			}
			defer l.Close()
			var server sync.WaitGroup
			defer server.Wait()
			server.Go(func() {
				if conn, err := l.Accept(); err == nil {
					defer conn.Close()
					_, _ = io.WriteString(tls.Server(conn, &tls.Config{
						Certificates: []tls.Certificate{process},
						ClientAuth:   tls.RequireAndVerifyClientCert, ClientCAs: pool(c),
					}), "welcome")
				}
			})
			conn, err := net.Dial("tcp", l.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			said, err := io.ReadAll(tls.Client(conn, client))
			if welcome := string(said) == "welcome"; welcome != test.welcome {
				t.Errorf("welcome is %v: %v", welcome, err)
			}
		})
	}
}
