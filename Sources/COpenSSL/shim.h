#pragma once
#include <openssl/ssl.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

// Macros and callbacks of OpenSSL that Swift cannot call.
// A key file with a password is refused: OpenSSL would ask on the terminal.
static inline int openssl_no_password(char *buffer, int size, int writing, void *user) {
    (void)buffer, (void)size, (void)writing, (void)user;
    return 0;
}

static inline void openssl_session_modes(SSL_CTX *context) {
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_default_passwd_cb(context, openssl_no_password);
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}

static inline long openssl_set_server_name(SSL *session, const char *name) { return SSL_set_tlsext_host_name(session, name); }
static inline const char *openssl_server_name(const SSL *session) {
    return SSL_get_servername(session, TLSEXT_NAMETYPE_host_name);
}

// What the server chooses from, in ALPN's wire form, owned by the TLSContext.
struct openssl_protocols {
    unsigned int count;
    unsigned char bytes[256];
};

static inline int openssl_choose_protocol(
    SSL *session, const unsigned char **out, unsigned char *count, const unsigned char *offered, unsigned int offered_count, void *raw) {
    (void)session;
    const struct openssl_protocols *ours = (const struct openssl_protocols *)raw;
    int found = SSL_select_next_proto((unsigned char **)out, count, ours->bytes, ours->count, offered, offered_count);
    return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

static inline void openssl_offer_protocols(SSL_CTX *context, struct openssl_protocols *protocols) {
    SSL_CTX_set_alpn_select_cb(context, openssl_choose_protocol, protocols);
}

static inline int openssl_unexpected_end(unsigned long error) {
    return ERR_GET_LIB(error) == ERR_LIB_SSL && ERR_GET_REASON(error) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
}
