// Command seen is a server of Go's net/http: seen PORT.
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
)

func main() {
	seen, err := os.OpenFile(os.Getenv("SEEN"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		panic(err)
	}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		line := fmt.Sprintf("%s %s %s", r.Method, r.RequestURI, r.Proto)
		fmt.Fprintln(seen, line)
		io.Copy(io.Discard, r.Body)
		w.Header().Set("X-Seen", line)
	})
	panic(http.ListenAndServe("127.0.0.1:"+os.Args[1], handler))
}
