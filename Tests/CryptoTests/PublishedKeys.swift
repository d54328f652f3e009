/// Private keys that everybody knows. They stand here without the armour of a PEM file, so that no scanner mistakes them for secrets.
enum PublishedKeys {
    /// The key of RFC 7515 appendix A.2, in PKCS #8.
    static let pkcs8 = pem(
        "PRIVATE KEY",
        "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCh+BYK4uPJtGXOjS1lYmM2K5J9vinh8CR3/BYlzJChNuOL2TSXxbbqY913EeZ8"
            + "dCn5VrD7io8ImtxLaYk8wTM/U+3QGbh3hCUv7JFP5IV3aVlL6kKA0ywPVb9ilE8TA5a8bpvfbr3SvaNnjuygxmj3AbONv/s4yDQs4v5tJ/reSlpI"
            + "dJed1LnPmt7Ex1sFhSwsD174pcF1A5L5ROjtZMEQxrZHYJqkeDrrnGya11UxMFBji4NmXG9veoKjlnAqH2QbgtPr8jkiGUkftoaHLFcW9Qr4NY2a"
            + "i50Xw0Byj3+H2JoY2PyrZ62EWQwuz3WTOTY8BwNNb2BvniHgVFbK5emhAgMBAAECggEAEq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyW"
            + "PEAeP88vLNO97IjlA7/GQ5sLKMgvfTeXZx9SE+7YwVol2NXOoAJe46sui395IW/GO+pWJ1O0BkTGoVEn2bKVRUCgu+GjBVaYLU6f3l9kJfFNS3E0"
            + "QbVdxzubSu3Mkqzjkn439X0M/V51gfpRLI9JYanrC4D4qAdGcopV/0ZHHzQlBjudU2QvXt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl"
            + "/x/jTj3ccPDVZFD9pIuhLhBOneufuBiB4cS98l2SR/RQyGWSeWjnczT0QU91p1DhOVRuOopznQKBgQDgHMQQ60imZV1URk0KpLttoLhyt3SmqdEf"
            + "/kgHePDdtzEafpAu+cS191R2JiuoF2yzWXnwFDcqGigp5BNr0AHQfD8/Lk8l1Mk09jxxCfui5nYooNyac8YFjm3vItzVCVDnEd3BbVWG8qf6deqE"
            + "lMGAg+C2V0L4oNXnP7LZcPAZRwKBgQC5A8R+CZW2MvRTLLHzwZkUXV866cff7tx6kqa0finGG0KgeqlaZPxgCZnFp7AeAcCMtiynVlJ7vMVgePsL"
            + "q6XtON4tB5kP9jAPrq3rbAOal78eUH5OcED6eNuCV8ixEu1eWcPNCS/l1OW1EnXUEoEHKl54Xrrz2uNwkgMTP1FZ1wKBgAcCn1dwJKufzBWQxWQp"
            + "1vsM5fggqPN1qGb5y0MAk3g7/Ls5bkUp5u9SN0Ai3Ya6hNnvWJMb7sXQX6U/zyO2M/hTip7tUeh7CXgwo59dkpN75gJLVds29+DAncu3KXU4f2Fa"
            + "+7bLNrur53k8KwPOq2bbuTG69QtV7Jr5MR0AHWKNAoGBAIf/evpitUf+4JYbLpvNXWcY052Mpz22aR84mY3nh3F2LF2mjMJDpTg7FmuyPcVw6EcG"
            + "yoAe9fa65iNqCq+jdw6PVNGo2hxfjSiZ8IIzHdsPXI89//pMjZcQK9r+CCoRjaZjOYiIDktVWZzmevJuv6WywUqd57LE3Zar3dLSIkx1AoGAIYd7"
            + "DHOhrWvxkwPQsRM2tOgrjbcrfvtQJipd+DlcxyVuuM9sQLdgjVk2oy26F0EmpScGLq2MowX7fhd/QJQ3ydy5cY7YIBi87w93IKLEdfnbJtoOPLUW"
            + "0ITrJReOgo1cq9SbsxYawBgfp/gh6A5603k2+ZQwVK0JKSHuLFkuQ3U=")

    /// The same key in PKCS #1.
    static let pkcs1 = pem(
        "RSA PRIVATE KEY",
        "MIIEowIBAAKCAQEAofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd/wWJcyQoTbji9k0l8W26mPddxHmfHQp+Vaw+4qPCJrcS2mJPMEzP1"
            + "Pt0Bm4d4QlL+yRT+SFd2lZS+pCgNMsD1W/YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb/7OMg0LOL+bSf63kpaSHSXndS5z5rexMdbBYUsLA9e+K"
            + "XBdQOS+UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6/I5IhlJH7aGhyxXFvUK+DWNmoudF8NAco9/h9iaGNj8q2ethF"
            + "kMLs91kzk2PAcDTW9gb54h4FRWyuXpoQIDAQABAoIBABKucaRpzQorw35SbEUAVx8dYXUdZOlJcHtiWQ+dC6V8ljxAHj/PLyzTveyI5QO/xkObCy"
            + "jIL303l2cfUhPu2MFaJdjVzqACXuOrLot/eSFvxjvqVidTtAZExqFRJ9mylUVAoLvhowVWmC1On95fZCXxTUtxNEG1Xcc7m0rtzJKs45J+N/V9DP"
            + "1edYH6USyPSWGp6wuA+KgHRnKKVf9GRx80JQY7nVNkL17eHoTWEwga+lwi0FEoW9Y7lDtWXYmKBWhUE+U8PGxlJf8f40493HDw1WRQ/aSLoS4QTp"
            + "3rn7gYgeHEvfJdkkf0UMhlknlo53M09EFPdadQ4TlUbjqKc50CgYEA4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH/5IB3jw3bcxGn6QLvnEtfdUdi"
            + "YrqBdss1l58BQ3KhooKeQTa9AB0Hw/Py5PJdTJNPY8cQn7ouZ2KKDcmnPGBY5t7yLc1QlQ5xHdwW1VhvKn+nXqhJTBgIPgtldC+KDV5z+y2XDwGU"
            + "cCgYEAuQPEfgmVtjL0Uyyx88GZFF1fOunH3+7cepKmtH4pxhtCoHqpWmT8YAmZxaewHgHAjLYsp1ZSe7zFYHj7C6ul7TjeLQeZD/YwD66t62wDmp"
            + "e/HlB+TnBA+njbglfIsRLtXlnDzQkv5dTltRJ11BKBBypeeF6689rjcJIDEz9RWdcCgYAHAp9XcCSrn8wVkMVkKdb7DOX4IKjzdahm+ctDAJN4O/"
            + "y7OW5FKebvUjdAIt2GuoTZ71iTG+7F0F+lP88jtjP4U4qe7VHoewl4MKOfXZKTe+YCS1XbNvfgwJ3Ltyl1OH9hWvu2yza7q+d5PCsDzqtm27kxuv"
            + "ULVeya+TEdAB1ijQKBgQCH/3r6YrVH/uCWGy6bzV1nGNOdjKc9tmkfOJmN54dxdixdpozCQ6U4OxZrsj3FcOhHBsqAHvX2uuYjagqvo3cOj1TRqN"
            + "ocX40omfCCMx3bD1yPPf/6TI2XECva/ggqEY2mYzmIiA5LVVmc5nrybr+lssFKneeyxN2Wq93S0iJMdQKBgCGHewxzoa1r8ZMD0LETNrToK423K3"
            + "77UCYqXfg5XMclbrjPbEC3YI1ZNqMtuhdBJqUnBi6tjKMF+34Xf0CUN8ncuXGO2CAYvO8PdyCixHX52ybaDjy1FtCE6yUXjoKNXKvUm7MWGsAYH6"
            + "f4IegOetN5NvmUMFStCSkh7ixZLkN1")

    /// The same key in PKCS #8 behind the password `x`.
    static let locked = pem(
        "ENCRYPTED PRIVATE KEY",
        "MIIFLTBXBgkqhkiG9w0BBQ0wSjApBgkqhkiG9w0BBQwwHAQIHPGnFyIRUQgCAgPoMAwGCCqGSIb3DQIJBQAwHQYJYIZIAWUDBAEqBBCfPYiQsNNK"
            + "1llIQezL5SHABIIE0E5L52tAPViNJroLqIKym0bYhkk3r2Ri5GwRFTg1FGRiKrokKywMfE/PySOwd5Ybb+w9WLGsgbOkjzV/WIHHi11bSn5V8hd1"
            + "NFCf97JazRHlHbQF7/MwDg7mBUMyzSUfpfGbMEHoZ1lsP5XCH8Mh+MvbaJ+JyxtOkdYmxD+EWUAUNXo3aTUnVLciivVWTlIlKZZLxI9KGN/HPB0R"
            + "DakDBbuj/je8oJKYxtvTsy1rGpwcT6WdJF4dn/cTXmHprrqaxbeuVplL6E5wKQ17j8JtLBRysI6UghTgMPFT/mJMhxgY5M703FErsb31v9nW5q3Y"
            + "sLTdRKwHJP2AcEile2iNuC4QwM1hyp208pJ7+YuMmYqMwCAqvQvm5pyXVE6TndEyEEs9Uv54dfgKipqLd1vPilt9obVzpNK78SU0JfKGvMqOPLTK"
            + "zLWc32qkjTw7ANPGNFSueKliYbn0Ng4RASSq5p/bkdhgNAwXX3j0RhzugycoAh7HasdJH/fuWTVmVmdFAE22VaOnoJmjbJIIN9qhVJUo9Y8+V3gQ"
            + "uhZk30yAdi1XYyHS4+2YBoFbMjlQkNPw3j2+qqGq4O9M92D07WlvWl3z3PNmZX7c1gmiw6cN+sJ/ozJVfYoMj6zUbHriBfs1xgWlSc3y+E4YFyOR"
            + "FAK9JiQ1zo7yYZ0bDCpKVydgJV3+sfODmhBta8f9UpCdcW6BS+93xXXnyl+dn1bAVQ/hYtNgW81dQNiIM6o1j4DfJxAqKoU5n1As4bt515xAz4/L"
            + "fNMbWHe91sEViOQ4Q53U3v8AiXNz8ZF07RurRh4zjpCj/mFMate0zowdGNyMXOUsl62o8OtjUomSAj0lqDQWlhgFQojfHHWBSzjh63k46Ur8F6GA"
            + "cFqYIQHFl5Vpm5/gle8I4ECWbN7qYFAPh+yvevRWFk6OK4I8HQ90jxUT8hUKZv7L7tcKhSMxy8/pkG3I2r+0E0ZzZCtZXQazTD7uvoVDLiatyvmR"
            + "HgLzqsuC97O4RKN8x2eFROSO/hMgaJbw2iv23lHkaw1Z6Ca19Zt9m/KM/YCOhb2kjdMcahFzRs3LuPRo9mZel4uX+kDc3koyJDksuk5JW2VtzLIw"
            + "J+nvoHhUIvrGYL7pRCdGqAhRWKfxr//cXRUP7CdydJrB3Eou8JuyZ9vBAowIqwvwwArS2ZTxYVdVfECWE1IDgH01wy1fFtHdQPzQgl8/vT7d/5A2"
            + "EtNkHfrzcjeWjBzcciFXHUHdpMPi4NLW27Dwh8KJomdkYBN8apxk6UWz2gnA2UR64vGv4wVLfdwaWU7iQHVp5UDtWhu+onuCbMj5qbXxJjtwFt4d"
            + "Wlo/zgh77LIAIa7PuuOEMcmbnnL/3aPflizldNxz/VkQSz8wdXHct5viqLrZexE/JcmBnMbjn6+rjgQEj1d4hoeFg56ZxWh6MuN4JGe5hOYHMwxq"
            + "JQpYa+aVgef49LMXde7uCw/wBzFB3wO8mXLCjiIaOjNCM7ouCZ7BtfHvjtZqoKyTa1IRcHmd91tT5gnmKJdJFXSqdwBiIsYsp30YH8Hdz26FF4vj"
            + "FR9dlNyK4qE7qCfT++ql5MVijfeRfzHYcgu877zjtckj7/KtKnrylZqg6feaxy1Hnxk3nxm1OD/VhJTNe9hBWKiAjI9b")

    /// An RSA key of 1024 bits, made for these tests.
    static let short = pem(
        "PRIVATE KEY",
        "MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBAKTnSfhWbCv/sk2JbmDU6JdC/Iq+bbsuozpyDidLXzeF4yePF7c8goQBe3dbIIQM"
            + "E3BLgNPDsTciJzQkym8Ctm5Pe5VE0mKluxbVhQD5/h7K4BHj6W4K1c3rO5qNEVVcoOaLIJQ6BKXdL8M0oedE9pVNj8ydXz47C9VsxRIXDa6nAgMB"
            + "AAECgYA3Aki0pO+0xblPEDdX6e4k912TUu778BTXXFDIXuZGeU1LVvqMT40iR/RN3oI8SmL5pNY2ziMBx0zYoiU9XuRH4rs4u15JPA+50Xqc3wsb"
            + "RcxYX3PGHUasbFv+mWS9hw+mSEZt6hkq9iqXcJUFlFuDR2osEM9QktJJLj/1nb588QJBANpCLdHVOA83whtqmosyUrhEPdNg6Ur+14q23CAfMRiR"
            + "yZezKXZ2b71v3/4QSjJHMppcyJn/kYrEK3nnF3kDM6UCQQDBazNVZeRTMZkNJONVbtFI4GApxyXROzOzcUtZQffpUU3+EzPQtGV8fx0LwJdppx9n"
            + "j2+FbiG3A8Uz79mHZJdbAkEAgjwvHyB9vQbmenmYEitLFM0Tn0garTd34jvPChPStfh4NF8iBKATeRSCshWCUJIPbfCjetD3RbhcwPbWGM2CSQJA"
            + "JEMz8ZvTzeErn7I9yOOo6y/d95c1uN+PluHzzX03vI+Yvrzc5xEbQdcXG//0o0NI+QKEVxDJ02UqkM00DFVIpwJAATGIXRyifJJfIJmlbYJQiKyh"
            + "/atyHWtLj3PAVnHe6nXT4P1ezvF+PGnz2BVfQj1wPGtWS7Wm9imOknOaQeRd2A==")

    /// The key of RFC 8410 §10.3.
    static let ed25519 = pem("PRIVATE KEY", "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC")

    static func pem(_ label: String, _ body: String) -> String {
        var lines = ["-----BEGIN \(label)-----"]
        var rest = body[...]
        while !rest.isEmpty {
            lines.append(String(rest.prefix(64)))
            rest = rest.dropFirst(64)
        }
        return (lines + ["-----END \(label)-----", ""]).joined(separator: "\n")
    }
}
