// An endpoint that speaks HTTP/1.1 and, with prior knowledge, HTTP/2, where it takes WebSockets (RFC 8441): node peer.js HTTP1_PORT HTTP2_PORT
const crypto = require('node:crypto')
const http = require('node:http')
const http2 = require('node:http2')

const piece = Buffer.alloc(65536, 'x')

function large (response, left) {
  while (left > 0) {
    const next = Math.min(left, piece.length)
    left -= next
    if (!response.write(piece.subarray(0, next))) {
      response.once('drain', () => large(response, left))
      return
    }
  }
  response.end()
}

function answer (request, response) {
  const [, verb, argument] = request.url.replace(/^\/h2\//, '/').split('/')
  switch (verb) {
    case 'large': {
      response.setHeader('content-length', argument)
      large(response, Number(argument))
      break
    }
    case 'digest': {
      const digest = crypto.createHash('sha256')
      request.on('data', data => digest.update(data))
      request.on('end', () => response.end(digest.digest('hex') + '\n'))
      break
    }
    case 'delay': {
      console.log('delay')
      setTimeout(() => response.end('late\n'), Number(argument))
      break
    }
    case 'trailers': {
      response.writeEarlyHints({ link: '</style.css>; rel=preload; as=style' })
      response.writeHead(200, { trailer: 'x-sum' })
      response.write('abc')
      response.addTrailers({ 'x-sum': '6' })
      response.end()
      break
    }
    default:
      response.end(`peer by HTTP/${request.httpVersion}\n`)
  }
}

// Gives every frame back, unmasked, and ends when told to close: enough of RFC 6455 for frames of at most 125 octets.
function echo (stream) {
  let got = Buffer.alloc(0)
  stream.on('data', data => {
    got = Buffer.concat([got, data])
    while (got.length >= 2) {
      const length = got[1] & 127
      if (length > 125) {
        stream.close()
        return
      }
      if (got.length < 6 + length) {
        return
      }
      const mask = got.subarray(2, 6)
      const content = Buffer.from(got.subarray(6, 6 + length).map((octet, i) => octet ^ mask[i & 3]))
      stream.write(Buffer.concat([Buffer.from([got[0], length]), content]))
      if ((got[0] & 15) === 8) {
        stream.end()
      }
      got = got.subarray(6 + length)
    }
  })
  stream.on('end', () => stream.end())
  stream.on('error', () => {})
}

http.createServer(answer).listen(Number(process.argv[2]), '127.0.0.1')
const server = http2.createServer({ settings: { enableConnectProtocol: true } }, answer)
server.on('connect', (request, response) => {
  if (request.headers[':protocol'] !== 'websocket' || request.headers['sec-websocket-key'] !== undefined) {
    response.statusCode = 400
    response.end()
    return
  }
  if (request.url === '/h2/closed') {
    response.statusCode = 403
    response.end('not for you\n')
    return
  }
  request.stream.respond({ ':status': 200 })
  echo(request.stream)
})
server.listen(Number(process.argv[3]), '127.0.0.1')
