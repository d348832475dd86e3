// A WebSocket over HTTP/2 (RFC 8441): node websocket.js PORT PATH. Sends three frames and a close, and prints what came back.
const http2 = require('node:http2')

function frame (opcode, text) {
  const mask = Buffer.from([1, 2, 3, 4])
  const content = Buffer.from(text).map((octet, i) => octet ^ mask[i & 3])
  return Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | content.length]), mask, content])
}

const client = http2.connect(`http://127.0.0.1:${process.argv[2]}`)
client.on('remoteSettings', settings => {
  console.log('extended CONNECT', settings.enableConnectProtocol)
  const stream = client.request({
    ':method': 'CONNECT',
    ':protocol': 'websocket',
    ':path': process.argv[3],
    'sec-websocket-version': '13'
  })
  stream.on('response', fields => {
    console.log('status', fields[':status'])
    agreed = fields[':status'] === 200
    if (agreed) {
      for (const text of ['one', 'two', 'three']) {
        stream.write(frame(1, text))
      }
      stream.write(frame(8, ''))
    } else {
      stream.end()
    }
  })
  let got = Buffer.alloc(0)
  let agreed = false
  stream.on('data', data => { got = Buffer.concat([got, data]) })
  stream.on('end', () => {
    while (agreed && got.length >= 2) {
      console.log('frame', got[0] & 15, got.subarray(2, 2 + got[1]).toString())
      got = got.subarray(2 + got[1])
    }
    stream.end()
    client.close()
  })
})
