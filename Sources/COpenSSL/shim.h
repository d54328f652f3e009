#pragma once
#include <openssl/ssl.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

// Crypto: the two calls whose parameter lists are awkward to build in Swift.
#include <openssl/core_names.h>
#include <openssl/params.h>

static inline EVP_MAC_CTX *openssl_hmac_sha256(void) {
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)"SHA256", 0),
        OSSL_PARAM_construct_end(),
    };
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *context = mac ? EVP_MAC_CTX_new(mac) : NULL;
    EVP_MAC_free(mac);
    if (context && EVP_MAC_CTX_set_params(context, params) != 1) {
        EVP_MAC_CTX_free(context);
        return NULL;
    }
    return context;
}

// A context for each call: OpenSSL 3.0 cannot copy one of HKDF.
static inline int openssl_hkdf_sha256(EVP_KDF *hkdf, const void *key, size_t key_length, const unsigned char *salt, size_t salt_length,
                                      const unsigned char *info, size_t info_length, void *output, size_t length) {
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)"SHA256", 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)key, key_length),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, (void *)salt, salt_length),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)info, info_length),
        OSSL_PARAM_construct_end(),
    };
    EVP_KDF_CTX *context = EVP_KDF_CTX_new(hkdf);
    int result = context ? EVP_KDF_derive(context, (unsigned char *)output, length, params) : 0;
    EVP_KDF_CTX_free(context);
    return result;
}

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
