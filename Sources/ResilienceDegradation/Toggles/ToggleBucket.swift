/// Where a key stands on a toggle's scale from 0 to 100: the same in every process, on every machine, for ever.
///
/// The key's place never moves, so whoever is within 10 per cent is within 20 too; and it differs from toggle to
/// toggle, so
/// that not the same users try everything. FNV-1a with 64 bits (draft-eastlake-fnv) over the toggle's name, a zero
/// byte and the key as UTF-8, its bits mixed by MurmurHash3's `fmix64` (Appleby), because FNV spreads its last bytes
/// badly; the upper 53 bits are the place. Protects nothing. Cost: a few nanoseconds per byte.
public enum ToggleBucket {
  /// The place of a key, 0 up to but without 100.
  public static func place(of key: String, in toggle: String) -> Double {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func take(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    for byte in toggle.utf8 { take(byte) }
    take(0)
    for byte in key.utf8 { take(byte) }
    return Double(self.mixed(hash) >> 11) / Double(UInt64(1) << 53) * 100
  }

  private static func mixed(_ value: UInt64) -> UInt64 {
    var value = value
    value ^= value >> 33
    value = value &* 0xFF51_AFD7_ED55_8CCD
    value ^= value >> 33
    value = value &* 0xC4CE_B9FE_1A85_EC53
    return value ^ (value >> 33)
  }
}
