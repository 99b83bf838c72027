import Glibc
import Resilience
import ServerTestSupport

/// A real nginx on a port of its own, which can be stopped and started again.
final class RealNginx: Sendable {
  let port: Int
  private let folder: TestFolder
  private let configuration: String
  private let isSecure: Bool
  private let process = Lock<ChildProcess?>(nil)

  /// Prepares it; `start()` runs it.
  ///
  /// - Parameter tls: With whose certificate it speaks HTTPS; nil for plain HTTP.
  init(tls: TestAuthority? = nil) throws {
    self.isSecure = tls != nil
    let secure = tls.map { "ssl_certificate \($0.certificate); ssl_certificate_key \($0.key);" } ?? ""
    let port = try FreePort.take()
    self.port = port
    let folder = try TestFolder()
    self.folder = folder
    _ = try folder.write(String(repeating: "0123456789abcdef", count: 8_192), to: "large.txt")
    _ = try folder.write("a file with an entity tag", to: "swr.txt")
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
      .map { "\($0)_temp_path \(folder.path)/\($0);" }.joined(separator: " ")
    self.configuration = try folder.write(
      """
      daemon off; master_process off; pid \(folder.path)/nginx.pid; error_log stderr warn;
      events { worker_connections 512; }
      http {
        access_log off; \(temporary)
        server {
          listen 127.0.0.1:\(port)\(tls == nil ? "" : " ssl"); \(secure)
          root \(folder.path);
          location = /large.txt { }
          location = /moved { return 302 /elsewhere; }
          location = /swr.txt { add_header Cache-Control "max-age=1, stale-while-revalidate=60"; }
          location = /swr { default_type text/plain; add_header Cache-Control "max-age=1, stale-while-revalidate=60";
            return 200 "made at $msec\\n"; }
          location = /sie { default_type text/plain; add_header Cache-Control "max-age=1, stale-if-error=60";
            return 200 "made at $msec\\n"; }
          location = /strict { default_type text/plain;
            add_header Cache-Control "max-age=1, must-revalidate, stale-while-revalidate=60, stale-if-error=60";
            return 200 "made at $msec\\n"; }
          location = /missing { return 404 "no such thing\\n"; }
          location = /echo { add_header X-Seen-Correlation $http_x_correlation_id;
            add_header X-Seen-Trace $http_traceparent;
            add_header X-Seen-Via $http_via; add_header X-Seen-Host $http_host; return 200 "echo\\n"; }
          location / { default_type text/plain; return 200 "nginx says $request_method $request_uri\\n"; }
        }
      }
      """, to: "nginx.conf")
  }

  var url: String { "http\(self.isSecure ? "s" : "")://127.0.0.1:\(self.port)" }

  /// Starts it and waits until it answers.
  func start() async throws {
    let process = try ChildProcess(
      try Programs.nginx(), ["-p", self.folder.path, "-c", self.configuration, "-e", "stderr"], folder: self.folder,
      name: "nginx")
    self.process.withLock { $0 = process }
    try await eventually("nginx answers; it said: \(process.errors)") {
      // To plain HTTP on a port for HTTPS it answers with a 400 in plain text.
      try await HTTP.get(self.port, "/").status == (self.isSecure ? 400 : 200) ? true : nil
    }
  }

  /// Ends it at once: from now on connections are refused.
  func stop() {
    let process = self.process.withLock { process in
      defer { process = nil }
      return process
    }
    process?.end()
  }

  deinit { self.stop() }
}
