package release_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/lazyscribe-go/lazyscribe/release"
	"github.com/lazyscribe-go/lazyscribe/repository"
)

func Example() {
	ctx := context.Background()
	// A store in memory, so that the example leaves nothing behind. A program
	// gives a path.
	repo, err := repository.Open(ctx, "mem://release-example/repository.json", nil)
	if err != nil {
		log.Fatal(err)
	}
	defer repo.Close()
	for _, name := range []string{"model", "features", "model"} {
		if _, err := repo.LogArtifact(name, name, "text", nil); err != nil {
			log.Fatal(err)
		}
	}
	if err := repo.Save(ctx); err != nil {
		log.Fatal(err)
	}

	r, err := release.Create(repo, "v1.2.0", time.Date(2025, 3, 1, 10, 0, 0, 0, time.UTC))
	if err != nil {
		log.Fatal(err)
	}
	list, err := release.Load(ctx, release.Beside(repo.URL()), nil)
	if err != nil {
		log.Fatal(err)
	}
	defer list.Close()
	if err := list.Add(r); err != nil {
		log.Fatal(err)
	}
	if err := list.Save(ctx); err != nil {
		log.Fatal(err)
	}

	found, err := list.Find(release.AsOf(time.Date(2025, 4, 1, 0, 0, 0, 0, time.UTC)))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(found.Tag, found.Artifacts)
	fmt.Println(release.Export(ctx, repo, found, "mem://deployed/repository.json"))
	// Output:
	// v1.2.0 [{features 0} {model 1}]
	// <nil>
}
