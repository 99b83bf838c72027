internal import NIOHTTP1
internal import ResilienceConfiguration

/// The field by which a proxy in front of the gateway names the user that it has authenticated.
///
/// Only a trusted proxy's word counts; from everybody else the field is removed, so that the dependency does not take
/// a claim for a proof.
struct UserField: Sendable {
  /// The longest name that is written into a log.
  static let mostBytes = 128

  let name: String
  let trusted: [AddressRange]

  /// The user's name, if a trusted proxy says it and it may stand in a log; nil otherwise.
  func user(_ headers: HTTPHeaders, from peer: String) -> String? {
    guard let text = headers.first(name: self.name), (1...Self.mostBytes).contains(text.utf8.count),
      text.utf8.allSatisfy({ (33...126).contains($0) }), PeerAddress(peer).isTrusted(by: self.trusted)
    else { return nil }
    return text
  }

  /// Takes the field away from a request of somebody who is not trusted.
  func remove(from headers: inout HTTPHeaders, unlessTrusted peer: String) {
    if !PeerAddress(peer).isTrusted(by: self.trusted) { headers.remove(name: self.name) }
  }
}
