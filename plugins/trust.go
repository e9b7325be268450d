package plugins

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// A Trusted is a plugin the user agreed to run, as the trust file records it.
type Trusted struct {
	// Name is the plugin's, as in the name of its binary: "parquet" of
	// lazyscribe-plugin-parquet.
	Name string `json:"name"`

	// Path is absolute and leads through no symbolic link.
	Path string `json:"path"`

	// SHA256 is that of the file, in lower-case hexadecimal digits. Of a script it
	// is that of the script alone, not of what it loads.
	SHA256 string `json:"sha256"`

	Size int64 `json:"size"` // of the file, in bytes

	Args []string `json:"args,omitempty"` // arguments it is started with

	// Env names further variables of the environment that the plugin may see.
	Env []string `json:"env,omitempty"`

	// NoTLS says that the plugin is talked to without AutoMTLS.
	NoTLS bool `json:"no_tls,omitempty"`

	TrustedAt time.Time `json:"trusted_at"`

	// Rename gives aliases of the plugin (keys) other ones here (values).
	Rename map[string]string `json:"rename,omitempty"`

	// Description is what the plugin said about itself when it was trusted.
	Description Description `json:"description"`
}

// Aliases returns the aliases the plugin's handlers have here, in its order.
func (t Trusted) Aliases() []string {
	var list []string
	for _, h := range t.Description.Handlers {
		list = append(list, cmp.Or(t.Rename[h.Alias], h.Alias))
	}
	return list
}

// Verify returns an error unless the file is the one that was trusted, and no
// other user can change that: see [Facts].Unsafe. It reads the whole file. The
// error is [ErrChanged] or [ErrUntrusted], or says that the file is missing.
//
// A program of the same user can still exchange the file between this and the
// start: no check of a file keeps out somebody who may write it.
func (t Trusted) Verify() error {
	err := t.verify()
	if err == nil {
		return nil
	}
	switch err = fmt.Errorf("plugin %s: %w", quote(t.Name), err); {
	case errors.Is(err, ErrChanged):
		return fmt.Errorf("%w; if you agree to what is there now, run lazyscribe plugin trust %s", err, t.Name)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w; lazyscribe plugin trust PATH says where it is now, lazyscribe plugin untrust %s forgets it", err, t.Name)
	}
	return err
}

func (t Trusted) verify() error {
	if err := t.check(); err != nil {
		return fmt.Errorf("%w: %w", ErrUntrusted, err)
	}
	resolved, _, err := resolve(t.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("find %s: %w", quote(t.Path), err)
	case err != nil:
		return fmt.Errorf("%w: find %s: %w", ErrChanged, quote(t.Path), err)
	}
	if resolved != t.Path {
		return fmt.Errorf("%w: %s leads to %s now", ErrChanged, quote(t.Path), quote(resolved))
	}
	file, info, err := openRegular(t.Path)
	if err != nil {
		return fmt.Errorf("open %s: %w", quote(t.Path), err)
	}
	defer func() { _ = file.Close() }() // it was only read
	if err := checkPlace(t.Path, info); err != nil {
		return fmt.Errorf("%w: %w", ErrUntrusted, err)
	}
	if info.Size() != t.Size {
		return fmt.Errorf("%w: %s has %d bytes, had %d", ErrChanged, quote(t.Path), info.Size(), t.Size)
	}
	sum, err := checksum(file)
	if err != nil {
		return fmt.Errorf("read %s: %w", quote(t.Path), err)
	}
	if sum != t.SHA256 {
		return fmt.Errorf("%w: the SHA-256 of %s is another", ErrChanged, quote(t.Path))
	}
	return nil
}

// check returns an error for an entry that no agreement can have led to.
func (t Trusted) check() error {
	if err := CheckName(t.Name); err != nil {
		return err
	}
	if name, err := NameOf(t.Path); err != nil || name != t.Name || !filepath.IsAbs(t.Path) || filepath.Clean(t.Path) != t.Path {
		return fmt.Errorf("path %s is not the absolute one of a plugin %s", quote(t.Path), quote(t.Name))
	}
	if !isSHA256(t.SHA256) {
		return fmt.Errorf("sha256 %s is not 64 hexadecimal digits in lower case", quote(t.SHA256))
	}
	if err := t.Description.check(); err != nil {
		return err
	}
	return t.checkAliases()
}

// clash returns an error if an alias of the plugin has another owner already,
// [artifacts.ErrExists].
func (t Trusted) clash(owner func(alias string) string) error {
	for i, alias := range t.Aliases() {
		if who := owner(alias); who != "" {
			return fmt.Errorf("alias %q is that of %s, it %w; give it another name: --as %s=NAME",
				alias, who, artifacts.ErrExists, t.Description.Handlers[i].Alias)
		}
	}
	return nil
}

// checkAliases checks the aliases after they were renamed.
func (t Trusted) checkAliases() error {
	for from := range t.Rename {
		if !slices.ContainsFunc(t.Description.Handlers, func(h HandlerDescription) bool { return h.Alias == from }) {
			return fmt.Errorf("the plugin has no alias %s to rename", quote(from))
		}
	}
	seen := map[string]bool{}
	for _, alias := range t.Aliases() {
		if err := artifacts.CheckFormat(artifacts.Format{Alias: alias}); err != nil {
			return err
		}
		if seen[alias] {
			return fmt.Errorf("two handlers have the alias %s", quote(alias))
		}
		seen[alias] = true
	}
	return nil
}

func isSHA256(text string) bool {
	for _, c := range []byte(text) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return len(text) == 64
}

// EnvTrustFile names the variable of the environment that puts the trust file
// elsewhere, as tests and build machines need it.
const EnvTrustFile = "LAZYSCRIBE_PLUGIN_TRUST"

// DefaultTrustFile returns the path of the user's trust file:
// $LAZYSCRIBE_PLUGIN_TRUST if that is set, which must be absolute, else
// lazyscribe/plugins.json in [os.UserConfigDir].
func DefaultTrustFile() (string, error) {
	if file := os.Getenv(EnvTrustFile); file != "" {
		if !filepath.IsAbs(file) {
			return "", fmt.Errorf("find trust file: %s is %s, want an absolute path", EnvTrustFile, quote(file))
		}
		return file, nil
	}
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("find trust file: %w; set %s", err, EnvTrustFile)
	}
	return filepath.Join(dir, "lazyscribe", "plugins.json"), nil
}

// trustFile returns the trust file that was asked for.
func (o *Options) trustFile() (string, error) {
	if o.TrustFile != "" {
		return o.TrustFile, nil
	}
	return DefaultTrustFile()
}
