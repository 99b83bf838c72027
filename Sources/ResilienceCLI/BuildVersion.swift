/// Which version of the program this is.
enum BuildVersion {
  static let text = "0.1.0"
}
