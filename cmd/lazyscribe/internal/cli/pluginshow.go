package cli

import (
	"fmt"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/query"
	"github.com/lazyscribe-go/lazyscribe/cmd/lazyscribe/internal/render"
	"github.com/lazyscribe-go/lazyscribe/plugins"
)

// showPlugin writes what is known about a plugin as people read it.
func (a *app) showPlugin(x *inspection) error {
	head := a.section()
	head.row("name", x.Name)
	head.row("status", string(x.Status))
	head.text("problem", x.Problem)
	if err := head.write(""); err != nil {
		return err
	}
	if x.File != nil {
		if err := a.title("file"); err != nil {
			return err
		}
		if err := a.factsSection(*x.File).write("  "); err != nil {
			return err
		}
	}
	if x.Trusted != nil {
		if err := a.showTrusted(x.Trusted); err != nil {
			return err
		}
	}
	d := x.Live
	if d == nil {
		if x.Trusted == nil {
			return nil
		}
		d = &x.Trusted.Description
	}
	for _, h := range d.Handlers {
		if err := a.showHandler(h); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) showTrusted(t *plugins.Trusted) error {
	if err := a.title("trusted"); err != nil {
		return err
	}
	s := a.section()
	s.row("trusted_at", query.Time(t.TrustedAt))
	s.text("path", t.Path)
	s.text("sha256", t.SHA256)
	s.text("version", t.Description.Version)
	s.text("sdk", t.Description.SDK)
	s.names("aliases", t.Aliases())
	s.names("arguments", t.Args)
	s.names("environment", t.Env)
	if t.NoTLS {
		s.row("mutual TLS", "off")
	}
	return s.write("  ")
}

func (a *app) showHandler(h plugins.HandlerDescription) error {
	if err := a.title("handler " + h.Alias); err != nil {
		return err
	}
	s := a.section()
	s.text("summary", h.Summary)
	s.text("suffix", h.Suffix)
	s.text("media_type", h.MediaType)
	s.text("version", h.Version)
	s.row("binary", h.Binary)
	s.row("output_only", h.OutputOnly)
	s.names("encodings", h.Encodings)
	s.names("accepts", h.Accepts)
	for _, e := range h.Environment {
		text := e.Value
		if e.MustMatch {
			text += " (must match)"
		}
		s.row("environment."+e.Key, text)
	}
	s.text("settings", string(h.SettingsSchema))
	return s.write("  ")
}

// factsSection lists what a plugin's file shows.
func (a *app) factsSection(f plugins.Facts) *section {
	s := a.section()
	s.row("path", f.Path)
	if f.Owner != "" {
		s.row("owner", fmt.Sprintf("%s (%s)", f.Owner, f.Mode))
	}
	s.row("size", size(f.Size))
	s.row("modified_at", query.Time(f.ModTime))
	s.row("sha256", f.SHA256)
	if f.Script != "" {
		s.row("script of", f.Script+" (the checksum does not cover what it loads)")
	}
	if g := f.Go; g != nil {
		s.row("package", g.Package)
		s.text("module", strings.TrimSpace(g.Module+" "+g.Version))
		s.text("revision", g.Revision+modified(g.Modified))
		s.row("built with", g.Go)
	}
	if f.Unsafe != nil {
		s.table.Add(render.Cell{Text: "unsafe", Style: render.Red}, render.Text(f.Unsafe.Error()))
	}
	return s
}

func modified(yes bool) string {
	if yes {
		return " with changes"
	}
	return ""
}
