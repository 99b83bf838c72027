/// Failure domains by name: for operators, who isolate by name, and for whoever builds pipelines.
///
/// A dependency may belong to several domains (its region, its supplier); `gates(for:)` gives all of theirs.
public final class FailureDomains: Sendable {
  private let domains: [FailureDomain]

  /// Makes a registry of domains, in the order in which they are shown and asked.
  ///
  /// - Throws: `InvalidConfiguration` when two have the same name.
  public init(_ domains: [FailureDomain]) throws(InvalidConfiguration) {
    let names = domains.map(\.name)
    guard Set(names).count == names.count else {
      throw InvalidConfiguration("failure domains", [.init("name", found: "\(names)", allowed: "each name once")])
    }
    self.domains = domains
  }

  /// All domains, in their order.
  public var all: [FailureDomain] { self.domains }
  /// The domain of that name, if there is one.
  public func domain(named name: String) -> FailureDomain? { self.domains.first { $0.name == name } }
  /// The gates of every domain that the dependency belongs to.
  public func gates(for member: String) -> [FailureDomain.Member] {
    self.domains.filter { $0.members.contains(member) }.map { $0.gate(for: member) }
  }
  /// An observer for the breakers of members: tells every domain, and then whoever listens besides.
  public func observer(and next: (any Observer)? = nil) -> any Observer { Audience(self.domains, next) }

  private struct Audience: Observer {
    let domains: [FailureDomain]
    let next: (any Observer)?

    init(_ domains: [FailureDomain], _ next: (any Observer)?) {
      self.domains = domains
      self.next = next
    }

    func observe(_ event: Event) {
      for domain in self.domains { domain.hear(event) }
      self.next?.observe(event)
    }
  }
}
