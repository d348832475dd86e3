// A server of Node's http, with its lenient parser: node seen.js PORT
const fs = require('node:fs')
const http = require('node:http')

const seen = fs.openSync(process.env.SEEN, 'a')
const server = http.createServer({ insecureHTTPParser: true, maxHeaderSize: 65536 }, (request, response) => {
  const line = `${request.method} ${request.url} HTTP/${request.httpVersion}`
  fs.writeSync(seen, line + '\n')
  request.resume()
  request.on('end', () => response.setHeader('X-Seen', line).end())
})
server.listen(Number(process.argv[2]), '127.0.0.1')
