"""What counts as a handle, by the names of classes in Node, Bun, Deno and browsers."""

from types import MappingProxyType

# What each runtime calls them; a class that extends one of these counts as that one.
_NAMES = {
    "socket": "Socket TLSSocket WebSocket TcpConn TlsConn UnixConn TCPSocket TLSSocket "
    "Http2Session ServerHttp2Session ClientHttp2Session",
    "server": "Server HttpServer TcpListener TlsListener UnixListener HTTPServer HTTPSServer "
    "DebugHTTPServer DebugHTTPSServer Http2Server Http2SecureServer",
    "timer": "Timeout Immediate Timer",
    "child process": "ChildProcess Subprocess",
    "worker": "Worker",
    "message port": "MessagePort BroadcastChannel",
    "file watcher": "FSWatcher FsWatcher StatWatcher",
    "file": "FileHandle FsFile FileReader",
    "abort signal": "AbortSignal",
    "abort controller": "AbortController",
    "promise": "Promise",
    "HTTP message": "ClientRequest IncomingMessage ServerResponse OutgoingMessage XMLHttpRequest "
    "Http2ServerRequest Http2ServerResponse ServerHttp2Stream ClientHttp2Stream",
    "stream": "ReadStream WriteStream Readable Writable Duplex Transform PassThrough ReadableStream "
    "WritableStream TransformStream EventSource",
    "observer": "MutationObserver IntersectionObserver ResizeObserver PerformanceObserver",
    "finalization registry": "FinalizationRegistry",
}

CLASSES = tuple(sorted({name for names in _NAMES.values() for name in names.split()}))
KIND_OF = MappingProxyType({name: kind for kind, names in _NAMES.items() for name in names.split()})

# The fields in which timers have the function that they call.
CALLBACKS = ("_onTimeout", "_onImmediate", "callback")
