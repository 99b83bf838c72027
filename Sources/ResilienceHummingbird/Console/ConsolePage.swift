internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// The console: one static page that holds no data and loads nothing from elsewhere.
enum ConsolePage {
  private static let parts = Self.assembled.components(separatedBy: "{{nonce}}")

  /// The page's text with style and script in their places.
  private static let assembled: String = {
    let script = [
      PackageResources.console_base_js, PackageResources.console_cards_js, PackageResources.console_details_js,
      PackageResources.console_health_js, PackageResources.console_modes_js, PackageResources.console_healing_js,
      PackageResources.console_settings_js, PackageResources.console_stores_js, PackageResources.console_js,
    ]
    return String(decoding: PackageResources.console_html, as: UTF8.self)
      .replacing("{{style}}", with: String(decoding: PackageResources.console_css, as: UTF8.self))
      .replacing("{{script}}", with: script.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n"))
  }()

  /// The page, with a policy under which only its own script and style run.
  static func response(status: HTTPResponse.Status = .ok) -> Response {
    let nonce = SecretText.make()
    var headers: HTTPFields = [
      .contentType: "text/html; charset=utf-8",
      .contentSecurityPolicy: "default-src 'none'; script-src 'nonce-\(nonce)'; style-src 'nonce-\(nonce)'; "
        + "connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ]
    if let name = HTTPField.Name("X-Frame-Options") { headers[name] = "DENY" }
    if let name = HTTPField.Name("Permissions-Policy") { headers[name] = "camera=(), geolocation=(), microphone=()" }
    return Response(
      status: status, headers: headers,
      body: .init(byteBuffer: ByteBuffer(string: self.parts.joined(separator: nonce))))
  }
}
