@main
enum Genlock {
    static func main() {}
}
