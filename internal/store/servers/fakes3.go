package servers

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// FakeS3 starts a server in this process that speaks as much of the protocol of
// S3 as the driver uses. It needs no program, so that the driver is tested
// everywhere, and can be told not to heed conditions.
func FakeS3(t testing.TB, o *Options) *Server {
	t.Helper()
	f := &fakeS3{objects: map[string]object{}, uploads: map[string]*pending{}}
	if o != nil {
		f.blind = o.Blind
	}
	front := httptest.NewServer(f)
	t.Cleanup(front.Close)
	u, err := url.Parse(front.URL)
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{Bucket: nextBucket(), front: u.Host, kind: kind{forgets: true, url: s3URL}}
	if o != nil && o.Faults != nil {
		s.front = o.Faults.serve(t, u.Host)
	}
	setCredentials(t)
	return s
}

type fakeS3 struct {
	blind []string // headers that it does not see

	mu      sync.Mutex
	objects map[string]object
	uploads map[string]*pending // by id
	ids     int
}

type object struct {
	data    []byte
	etag    string
	header  http.Header // what was said about it
	changed time.Time
}

// pending is an upload in parts.
type pending struct {
	key    string
	header http.Header
	begun  time.Time
	parts  map[string][]byte // by number
}

func (f *fakeS3) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for _, name := range f.blind {
		r.Header.Del(name)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client is gone
	}
	_, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/") // after the bucket
	query := r.URL.Query()
	f.mu.Lock()
	defer f.mu.Unlock()
	switch id := query.Get("uploadId"); {
	case key == "" && query.Has("uploads"):
		f.listUploads(w, query.Get("prefix"))
	case key == "":
		f.list(w, query.Get("prefix"), query.Get("delimiter"))
	case query.Has("uploads"):
		f.ids++
		id := fmt.Sprint("upload/", f.ids)
		f.uploads[id] = &pending{key, r.Header, time.Now(), map[string][]byte{}}
		answerXML(w, struct {
			XMLName  xml.Name `xml:"InitiateMultipartUploadResult"`
			UploadId string
		}{UploadId: id})
	case id != "" && f.uploads[id] == nil:
		refuse(w, http.StatusNotFound, "NoSuchUpload")
	case id != "" && r.Method == http.MethodPut:
		f.uploads[id].parts[query.Get("partNumber")] = body
		w.Header().Set("ETag", etag(body))
	case id != "" && r.Method == http.MethodDelete:
		delete(f.uploads, id)
		w.WriteHeader(http.StatusNoContent)
	case id != "":
		f.complete(w, r, id)
	case r.Method == http.MethodPut:
		f.put(w, r, key, object{data: body, etag: etag(body), header: r.Header})
	case r.Method == http.MethodDelete:
		delete(f.objects, key)
		w.WriteHeader(http.StatusNoContent)
	default:
		f.get(w, r, key)
	}
}

func etag(data []byte) string {
	sum := md5.Sum(data)
	return `"` + hex.EncodeToString(sum[:]) + `"`
}

// put keeps an object if the conditions of the request hold.
func (f *fakeS3) put(w http.ResponseWriter, r *http.Request, key string, o object) (ok bool) {
	old, exists := f.objects[key]
	switch match := r.Header.Get("If-Match"); {
	case match != "" && !exists:
		refuse(w, http.StatusNotFound, "NoSuchKey")
		return false
	case match != "" && match != old.etag, r.Header.Get("If-None-Match") == "*" && exists:
		refuse(w, http.StatusPreconditionFailed, "PreconditionFailed")
		return false
	}
	o.changed = time.Now()
	f.objects[key] = o
	w.Header().Set("ETag", o.etag)
	return true
}

func (f *fakeS3) complete(w http.ResponseWriter, r *http.Request, id string) {
	upload := f.uploads[id]
	var data []byte
	for number := range len(upload.parts) {
		data = append(data, upload.parts[fmt.Sprint(number+1)]...)
	}
	tag := fmt.Sprintf(`"%s-%d"`, strings.Trim(etag(data), `"`), len(upload.parts))
	if !f.put(w, r, upload.key, object{data: data, etag: tag, header: upload.header}) {
		return
	}
	delete(f.uploads, id)
	answerXML(w, struct {
		XMLName xml.Name `xml:"CompleteMultipartUploadResult"`
		ETag    string
	}{ETag: tag})
}

// get answers with an object, or a range of it; [http.ServeContent] sees to the
// conditions.
func (f *fakeS3) get(w http.ResponseWriter, r *http.Request, key string) {
	o, ok := f.objects[key]
	if !ok {
		refuse(w, http.StatusNotFound, "NoSuchKey")
		return
	}
	w.Header().Set("ETag", o.etag)
	w.Header().Set("Content-Type", o.header.Get("Content-Type"))
	for name, values := range o.header {
		if strings.HasPrefix(name, "X-Amz-Meta-") {
			w.Header()[name] = values
		}
	}
	http.ServeContent(w, r, "", o.changed, strings.NewReader(string(o.data)))
}

type listed struct {
	Key          string
	Size         int
	LastModified string
}

type prefix struct{ Prefix string }

func (f *fakeS3) list(w http.ResponseWriter, start, delimiter string) {
	var result struct {
		XMLName        xml.Name `xml:"ListBucketResult"`
		Contents       []listed
		CommonPrefixes []prefix
	}
	for key, o := range f.objects {
		rest, ok := strings.CutPrefix(key, start)
		if !ok {
			continue
		}
		if i := strings.Index(rest, delimiter); delimiter != "" && i >= 0 {
			if folder := (prefix{start + rest[:i+1]}); !slices.Contains(result.CommonPrefixes, folder) {
				result.CommonPrefixes = append(result.CommonPrefixes, folder)
			}
			continue
		}
		result.Contents = append(result.Contents, listed{key, len(o.data), o.changed.UTC().Format(time.RFC3339)})
	}
	answerXML(w, result)
}

func (f *fakeS3) listUploads(w http.ResponseWriter, start string) {
	type upload struct{ Key, UploadId, Initiated string }
	var result struct {
		XMLName xml.Name `xml:"ListMultipartUploadsResult"`
		Upload  []upload
	}
	for id, u := range f.uploads {
		if strings.HasPrefix(u.key, start) {
			result.Upload = append(result.Upload, upload{u.key, id, u.begun.UTC().Format(time.RFC3339)})
		}
	}
	answerXML(w, result)
}

func answerXML(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/xml")
	_ = xml.NewEncoder(w).Encode(v) // the client may be gone
}

func refuse(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, "<Error><Code>%s</Code><Message>refused</Message></Error>", code)
}
