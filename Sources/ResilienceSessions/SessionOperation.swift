/// What was being done with a session.
public enum SessionOperation: String, Sendable, Hashable, Codable, CaseIterable {
  /// A new one is made.
  case create
  /// It is read.
  case get
  /// Its state is replaced.
  case update
  /// It is removed.
  case delete
  /// All are listed.
  case list
  /// Expired ones are removed.
  case cleanUp
  /// A workflow runs on it.
  case orchestrate
  /// The store is tried out.
  case check
  /// What was written during an outage is carried over to the primary store.
  case reconcile
  /// Input is examined before anything is done.
  case validate
}
