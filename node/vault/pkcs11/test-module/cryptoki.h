/*
 * The part of Cryptoki that the test module needs, written from the text of OASIS PKCS #11 v3.1 (sections 3 and 5,
 * appendix A): sizes, the order of CK_FUNCTION_LIST (v2.40), and the numbers that are used. Unix only: natural alignment.
 */
#ifndef TEST_CRYPTOKI_H
#define TEST_CRYPTOKI_H

typedef unsigned char byte_t;
typedef unsigned long num_t; /* CK_ULONG: handles, flags, lengths, return values */

typedef struct { byte_t major, minor; } version_t;
typedef struct {
  version_t cryptoki;
  byte_t manufacturer[32];
  num_t flags;
  byte_t description[32];
  version_t library;
} info_t;
typedef struct {
  byte_t description[64];
  byte_t manufacturer[32];
  num_t flags;
  version_t hardware, firmware;
} slot_info_t;
typedef struct {
  byte_t label[32], manufacturer[32], model[16], serial[16];
  num_t flags;
  num_t max_sessions, sessions, max_rw_sessions, rw_sessions, max_pin, min_pin;
  num_t total_public, free_public, total_private, free_private;
  version_t hardware, firmware;
  byte_t time[16];
} token_info_t;
typedef struct { num_t slot, state, flags, device_error; } session_info_t;
typedef struct { num_t type; void *value; num_t length; } attribute_t;
typedef struct { num_t mechanism; void *parameter; num_t length; } mechanism_t;
typedef struct { num_t min_key, max_key, flags; } mechanism_info_t;

enum {
  OK = 0x0,
  GENERAL_ERROR = 0x5,
  ARGUMENTS_BAD = 0x7,
  ATTRIBUTE_SENSITIVE = 0x11,
  ATTRIBUTE_TYPE_INVALID = 0x12,
  DEVICE_REMOVED = 0x32,
  FUNCTION_NOT_SUPPORTED = 0x54,
  KEY_HANDLE_INVALID = 0x60,
  KEY_UNEXTRACTABLE = 0x6a,
  MECHANISM_INVALID = 0x70,
  OBJECT_HANDLE_INVALID = 0x82,
  OPERATION_ACTIVE = 0x90,
  OPERATION_NOT_INITIALIZED = 0x91,
  PIN_INCORRECT = 0xa0,
  PIN_LOCKED = 0xa4,
  SESSION_COUNT = 0xb1,
  SESSION_HANDLE_INVALID = 0xb3,
  SLOT_ID_INVALID = 0x3,
  TOKEN_NOT_PRESENT = 0xe0,
  USER_ALREADY_LOGGED_IN = 0x100,
  USER_NOT_LOGGED_IN = 0x101,
  BUFFER_TOO_SMALL = 0x150
};

enum { CLASS = 0x0, TOKEN = 0x1, PRIVATE = 0x2, LABEL = 0x3, VALUE = 0x11, KEY_TYPE = 0x100, ID = 0x102 };
enum { EC = 3, EC_POINT = 0x181 };
enum { SENSITIVE = 0x103, EXTRACTABLE = 0x162, LOCAL = 0x163, NEVER_EXTRACTABLE = 0x164, ALWAYS_SENSITIVE = 0x165 };
enum { ALWAYS_AUTHENTICATE = 0x202, PARAMETER_SET = 0x61d, SEED = 0x637 };
enum { PUBLIC_KEY = 2, PRIVATE_KEY = 3 };
enum { LOGIN_REQUIRED = 0x4, USER_PIN_INITIALIZED = 0x8, PROTECTED_PATH = 0x100, TOKEN_INITIALIZED = 0x400 };
enum { PIN_COUNT_LOW = 0x10000, PIN_FINAL_TRY = 0x20000, PIN_IS_LOCKED = 0x40000 };
enum { CONTEXT_SPECIFIC = 2 };

#endif
