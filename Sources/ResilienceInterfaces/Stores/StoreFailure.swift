public import Resilience

/// Why a store could not do what it was asked to; the only error of every store.
///
/// It says which store, what happened and what to do next, and how far the request got, so that a retry or a breaker
/// around a store needs no rules of its own.
public struct StoreFailure: CategorizedError, Equatable, CustomStringConvertible {
  /// The kinds of trouble that call for different remedies.
  public enum Kind: String, Sendable, CaseIterable, Codable {
    /// Nobody answers at the store's address, or the connection broke.
    case unreachable
    /// No answer in time; the request may have been carried out.
    case timedOut
    /// The server's version, or a feature that is missing in it, does not do.
    case wrongVersion
    /// The credentials are wrong, or do not allow it.
    case permissionDenied
    /// A newer version of the program has changed the store's schema.
    case schemaTooNew
    /// The queue holds as much as it may.
    case full
    /// Somebody else has changed it meanwhile, or its state does not allow it.
    case conflict
    /// The claim or lease has passed to somebody else, or has ended.
    case leaseLost
    /// There is no such item.
    case notFound
    /// What is stored cannot be read.
    case corrupted
    /// There is no room left on the disk, or in the server's memory.
    case diskFull
    /// It may be read but not written.
    case readOnly
    /// Somebody else holds the store for longer than the busy time-out.
    case locked
    /// The request itself is wrong: a key too long, a limit below 1.
    case invalid
    /// The caller was cancelled; the request may have been carried out.
    case cancelled
    /// Anything else; the detail says more.
    case other
  }

  /// What kind of trouble it is.
  public let kind: Kind
  /// Which store: a file's path or a URL without credentials.
  public let store: String
  /// What was found, for people.
  public let detail: String
  /// What to do next.
  public let remedy: String
  /// The version that a conflicting write has found; 0 where there was no entry, nil where versions play no part.
  public let version: Int64?
  /// Whether the request may have been carried out all the same.
  public let transmission: Transmission

  /// Describes a failure.
  ///
  /// - Parameters:
  ///   - kind: What kind of trouble it is.
  ///   - store: Which store, without credentials.
  ///   - detail: What was found, as a sentence.
  ///   - remedy: What to do next, as a sentence.
  ///   - version: The version that a conflicting write has found.
  ///   - transmission: Whether the request may have been carried out all the same, where the client knows; nil, and
  ///     where the store has answered with this failure: what is safe to say of the kind.
  public init(
    _ kind: Kind, store: String, detail: String, remedy: String, version: Int64? = nil,
    transmission: Transmission? = nil
  ) {
    self.kind = kind
    self.store = store
    self.detail = detail
    self.remedy = remedy
    self.version = version
    // An answer alone does not tell: what was throttled was not carried out, what a script broke off may have been.
    self.transmission = transmission == .answered ? kind.transmission : transmission ?? kind.transmission
  }

  /// The same, of a request that may have been carried out: an earlier attempt's answer was lost.
  package func perhapsSent() -> StoreFailure {
    StoreFailure(
      self.kind, store: self.store, detail: self.detail, remedy: self.remedy, version: self.version,
      transmission: .unknown)
  }

  /// What happened, to what, and what to do next.
  public var description: String { "\(self.store): \(self.detail) \(self.remedy)" }

  /// What kind of failure it is for retry and breaker.
  public var category: FailureCategory {
    switch self.kind {
    case .unreachable: .connection
    case .timedOut: .timeout
    case .full, .diskFull, .readOnly, .locked: .unavailable
    case .permissionDenied: .authorization
    case .conflict, .leaseLost: .conflict
    case .notFound: .notFound
    case .invalid: .validation
    case .cancelled: .cancelled
    case .wrongVersion, .schemaTooNew, .corrupted, .other: .server
    }
  }

}

extension StoreFailure.Kind {
  /// What is safe to say of how far a request got: nobody may take for unsent what can have been carried out.
  var transmission: Transmission {
    switch self {
    case .unreachable, .timedOut, .cancelled, .other: .unknown
    case .wrongVersion, .permissionDenied, .schemaTooNew, .full, .conflict, .leaseLost, .notFound, .corrupted,
      .diskFull, .readOnly, .locked, .invalid:
      .neverSent
    }
  }
}
