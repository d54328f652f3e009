#pragma once
#include <openssl/ssl.h>
#include <openssl/err.h>
#include <openssl/core_names.h>
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

// One server certificate with its key and chain, kept in a context that no connection uses.
static inline int openssl_install(SSL_CTX *context, SSL_CTX *identity) {
    STACK_OF(X509) *chain = NULL;
    SSL_CTX_get0_chain_certs(identity, &chain);
    return SSL_CTX_use_cert_and_key(context, SSL_CTX_get0_certificate(identity), SSL_CTX_get0_privatekey(identity), chain, 1);
}

static inline int openssl_present(SSL *session, SSL_CTX *identity) {
    STACK_OF(X509) *chain = NULL;
    SSL_CTX_get0_chain_certs(identity, &chain);
    return SSL_use_cert_and_key(session, SSL_CTX_get0_certificate(identity), SSL_CTX_get0_privatekey(identity), chain, 1);
}

// A server that goes by the name says so in its answer (RFC 6066 section 3).
static inline int openssl_acknowledge(SSL *session, int *alert, void *nothing) {
    (void)session, (void)alert, (void)nothing;
    return SSL_TLSEXT_ERR_OK;
}

// ECDHE and AEAD only, which leaves what TLS 1.3 and HTTP/2 (RFC 9113 section 9.2.2) allow.
static inline int openssl_serve(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_tlsext_servername_callback(context, openssl_acknowledge);
    return SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20");
}

// The keys of one ticket: 32 bytes for AES-256, 32 for the MAC.
static inline int openssl_ticket(EVP_CIPHER_CTX *cipher, EVP_MAC_CTX *mac, const unsigned char *keys, const unsigned char *iv, int sealing) {
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, (void *)(keys + 32), 32),
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)"SHA256", 0),
        OSSL_PARAM_construct_end(),
    };
    return EVP_MAC_CTX_set_params(mac, params) == 1 && EVP_CipherInit_ex(cipher, EVP_aes_256_cbc(), NULL, keys, iv, sealing) == 1;
}

static inline void openssl_no_tickets(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(context, 0);
}

// A session is marked with the authorities under which its client was verified, and is not resumed under others.
static inline int openssl_mark_sessions(SSL_CTX *context) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    STACK_OF(X509) *all = X509_STORE_get1_all_certs(SSL_CTX_get_cert_store(context));
    EVP_MD_CTX *sum = EVP_MD_CTX_new();
    int done = all && sum && EVP_DigestInit_ex(sum, EVP_sha256(), NULL) == 1;
    for (int i = 0; done && i < sk_X509_num(all); i++) {
        done = X509_digest(sk_X509_value(all, i), EVP_sha256(), digest, &size) == 1 && EVP_DigestUpdate(sum, digest, size) == 1;
    }
    done = done && EVP_DigestFinal_ex(sum, digest, &size) == 1 && SSL_CTX_set_session_id_context(context, digest, size) == 1;
    EVP_MD_CTX_free(sum);
    sk_X509_pop_free(all, X509_free);
    return done;
}

static inline int openssl_clear_text(unsigned long error) {
    return ERR_GET_LIB(error) == ERR_LIB_SSL && ERR_GET_REASON(error) == SSL_R_HTTP_REQUEST;
}

static inline int openssl_unexpected_end(unsigned long error) {
    return ERR_GET_LIB(error) == ERR_LIB_SSL && ERR_GET_REASON(error) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
}
