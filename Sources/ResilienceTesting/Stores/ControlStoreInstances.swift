public import ResilienceInterfaces

/// A control store as two instances of a service have it, on the same server.
public struct ControlStoreInstances: Sendable {
  /// What the program needs of the store that its operators' decisions are kept in.
  public typealias Store = any ControlStore & SettingStore & ReviewStore & HealingStore

  /// The store under the name of one instance.
  public let first: Store
  /// The store under another instance's name.
  public let second: Store

  /// Two instances of the same storage.
  public init(_ first: Store, _ second: Store) {
    self.first = first
    self.second = second
  }
}
