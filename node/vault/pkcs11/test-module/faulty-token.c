/*
 * A PKCS #11 module for tests: plays what real tokens do rarely or only once. It has no cryptography of its own; keys
 * and signatures come from files that a test puts beside its control file, so that a good signature can be answered too.
 *
 * The folder is named by QUDAG_TEST_TOKEN_DIR:
 *   control         lines `name value`, read anew at each call (see `setting`)
 *   calls           every call, one line each, written before it does anything
 *   wrong-pins      how many wrong PINs in a row, a digit
 *   public-key.bin  CKA_VALUE of the public key; CKA_EC_POINT where key-type is 3
 *   signature.bin   what C_Sign answers
 *   to-sign.bin     what C_Sign was handed, with sign = ask: a test answers it with signature.bin
 *
 * Settings: pin, tries (3), slots (`serial@id`, separated by commas), protected-path, always-authenticate, keys (0 hides
 * them), mechanism and keygen-mechanism and key-type (numbers of ML-DSA), user-pin-set (0 for none); sign = ok | ask | hang | crash | remove | flip;
 * local, extractable = 1 or 0, as the private key reports them;
 * return.<function> = number returned by it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "cryptoki.h"

#define MAX_SLOTS 8
#define MAX_SESSIONS 8
#define PUBLIC_HANDLE 11
#define PRIVATE_HANDLE 12
static const byte_t key_id[] = {0xab, 0xcd};

/* Handles are 1 more than the place here. */
static struct { int open, signing, context_login; num_t slot; } sessions[MAX_SESSIONS];
/* The token that the user is logged in to: it ends with the last session there. */
static struct { int yes; num_t slot; } login;
static int found[2], found_count, key_destroyed;

static void path_of(char *out, size_t size, const char *name) {
  const char *folder = getenv("QUDAG_TEST_TOKEN_DIR");
  snprintf(out, size, "%s/%s", folder ? folder : ".", name);
}

static int setting(const char *name, char *out, size_t size) {
  char path[512], line[512];
  path_of(path, sizeof path, "control");
  FILE *file = fopen(path, "r");
  int seen = 0;
  if (!file) return 0;
  while (fgets(line, sizeof line, file)) {
    size_t length = strlen(name);
    if (strncmp(line, name, length) != 0 || line[length] != ' ') continue;
    line[strcspn(line, "\n")] = 0;
    snprintf(out, size, "%s", line + length + 1);
    seen = 1;
  }
  fclose(file);
  return seen;
}

static num_t number(const char *name, num_t otherwise) {
  char text[64];
  return setting(name, text, sizeof text) ? strtoul(text, NULL, 0) : otherwise;
}

static num_t read_file(const char *name, byte_t *out, num_t size) {
  char path[512];
  path_of(path, sizeof path, name);
  FILE *file = fopen(path, "rb");
  if (!file) return 0;
  num_t length = fread(out, 1, size, file);
  fclose(file);
  return length;
}

/* Writes the call down, and gives what the control file wants it to return; OK where it says nothing. */
static num_t enter(const char *function) {
  char path[512], name[96];
  path_of(path, sizeof path, "calls");
  FILE *file = fopen(path, "a");
  if (file) {
    fprintf(file, "%s\n", function);
    fclose(file);
  }
  snprintf(name, sizeof name, "return.%s", function);
  return number(name, OK);
}
#define ENTER() do { num_t told = enter(__func__); if (told != OK) return told; } while (0)

static void padded(byte_t *out, size_t size, const char *text) {
  memset(out, ' ', size);
  memcpy(out, text, strlen(text) < size ? strlen(text) : size);
}

/* Slots as the control file has them now. */
static int slots(char serials[MAX_SLOTS][17], num_t ids[MAX_SLOTS]) {
  char text[512] = "0001@5";
  setting("slots", text, sizeof text);
  int count = 0;
  for (char *entry = strtok(text, ","); entry && count < MAX_SLOTS; entry = strtok(NULL, ",")) {
    char *at = strchr(entry, '@');
    if (!at) continue;
    *at = 0;
    snprintf(serials[count], 17, "%s", entry);
    ids[count++] = strtoul(at + 1, NULL, 0);
  }
  return count;
}

static int serial_of(num_t slot, char *out) {
  char serials[MAX_SLOTS][17];
  num_t ids[MAX_SLOTS];
  int count = slots(serials, ids);
  for (int i = 0; i < count; i++)
    if (ids[i] == slot) return snprintf(out, 17, "%s", serials[i]);
  return 0;
}

/* In one step, so that whoever looks at it sees it whole. */
static void write_file(const char *name, const byte_t *bytes, num_t length) {
  char path[512], beside[520];
  path_of(path, sizeof path, name);
  snprintf(beside, sizeof beside, "%s.new", path);
  FILE *file = fopen(beside, "wb");
  if (!file) return;
  fwrite(bytes, 1, length, file);
  fclose(file);
  rename(beside, path);
}

static void remove_file(const char *name) {
  char path[512];
  path_of(path, sizeof path, name);
  unlink(path);
}

static num_t wrong_pins(void) {
  byte_t digit = '0';
  read_file("wrong-pins", &digit, 1);
  return digit - '0';
}

static void set_wrong_pins(num_t count) {
  char path[512];
  path_of(path, sizeof path, "wrong-pins");
  FILE *file = fopen(path, "w");
  if (!file) return;
  fprintf(file, "%lu", count);
  fclose(file);
}

static num_t session_state(num_t handle) {
  char serial[17];
  if (handle < 1 || handle > MAX_SESSIONS || !sessions[handle - 1].open) return SESSION_HANDLE_INVALID;
  return serial_of(sessions[handle - 1].slot, serial) ? OK : DEVICE_REMOVED;
}

/* Of an open session. */
static int logged_in(num_t handle) { return login.yes && login.slot == sessions[handle - 1].slot; }

num_t C_Initialize(void *args) { (void)args; ENTER(); return OK; }
num_t C_Finalize(void *reserved) { (void)reserved; ENTER(); return OK; }

num_t C_GetInfo(info_t *info) {
  ENTER();
  memset(info, 0, sizeof *info);
  info->cryptoki = (version_t){2, 40};
  info->library = (version_t){1, 0};
  padded(info->manufacturer, 32, "QuDAG tests");
  padded(info->description, 32, "Faulty token");
  return OK;
}

num_t C_GetSlotList(byte_t present, num_t *list, num_t *count) {
  char serials[MAX_SLOTS][17];
  num_t ids[MAX_SLOTS];
  (void)present;
  ENTER();
  int have = slots(serials, ids);
  if (list) {
    if (*count < (num_t)have) return BUFFER_TOO_SMALL;
    memcpy(list, ids, have * sizeof *list);
  }
  *count = have;
  return OK;
}

num_t C_GetSlotInfo(num_t slot, slot_info_t *info) {
  char serial[17];
  ENTER();
  if (!serial_of(slot, serial)) return SLOT_ID_INVALID;
  memset(info, 0, sizeof *info);
  padded(info->description, 64, "Slot of the tests");
  padded(info->manufacturer, 32, "QuDAG tests");
  info->flags = 7;
  return OK;
}

num_t C_GetTokenInfo(num_t slot, token_info_t *info) {
  char serial[17];
  ENTER();
  if (!serial_of(slot, serial)) return TOKEN_NOT_PRESENT;
  memset(info, 0, sizeof *info);
  padded(info->label, 32, "faulty");
  padded(info->manufacturer, 32, "QuDAG tests");
  padded(info->model, 16, "Faulty");
  padded(info->serial, 16, serial);
  num_t tries = number("tries", 3), wrong = wrong_pins();
  info->flags = LOGIN_REQUIRED | TOKEN_INITIALIZED | number("user-pin-set", USER_PIN_INITIALIZED);
  if (number("protected-path", 0)) info->flags |= PROTECTED_PATH;
  if (wrong >= tries) info->flags |= PIN_IS_LOCKED;
  else if (wrong + 1 == tries) info->flags |= PIN_FINAL_TRY | PIN_COUNT_LOW;
  else if (wrong > 0) info->flags |= PIN_COUNT_LOW;
  info->max_pin = 32;
  info->min_pin = 4;
  return OK;
}

num_t C_WaitForSlotEvent(num_t flags, num_t *slot, void *reserved) {
  (void)flags; (void)slot; (void)reserved;
  ENTER();
  for (;;) pause(); /* as some modules do, whatever CKF_DONT_BLOCK says */
}

num_t C_GetMechanismList(num_t slot, num_t *list, num_t *count) {
  (void)slot;
  ENTER();
  if (list) {
    if (*count < 2) return BUFFER_TOO_SMALL;
    list[0] = number("keygen-mechanism", 0x1c);
    list[1] = number("mechanism", 0x1d);
  }
  *count = 2;
  return OK;
}

num_t C_GetMechanismInfo(num_t slot, num_t type, mechanism_info_t *info) {
  (void)slot; (void)type;
  ENTER();
  memset(info, 0, sizeof *info);
  info->flags = 0x2800;
  return OK;
}

num_t C_OpenSession(num_t slot, num_t flags, void *application, void *notify, num_t *handle) {
  char serial[17];
  (void)flags; (void)application; (void)notify;
  ENTER();
  if (!serial_of(slot, serial)) return SLOT_ID_INVALID;
  for (int i = 0; i < MAX_SESSIONS; i++) {
    if (sessions[i].open) continue;
    memset(&sessions[i], 0, sizeof sessions[i]);
    sessions[i].open = 1;
    sessions[i].slot = slot;
    *handle = i + 1;
    return OK;
  }
  return SESSION_COUNT;
}

num_t C_CloseSession(num_t handle) {
  ENTER();
  if (handle < 1 || handle > MAX_SESSIONS || !sessions[handle - 1].open) return SESSION_HANDLE_INVALID;
  sessions[handle - 1].open = 0;
  for (int i = 0; i < MAX_SESSIONS; i++)
    if (sessions[i].open && sessions[i].slot == login.slot) return OK;
  login.yes = 0;
  return OK;
}

num_t C_GetSessionInfo(num_t handle, session_info_t *info) {
  ENTER();
  num_t state = session_state(handle);
  if (state != OK) return state;
  *info = (session_info_t){sessions[handle - 1].slot, logged_in(handle) ? 3 : 2, 6, 0};
  return OK;
}

num_t C_Login(num_t handle, num_t user, byte_t *pin, num_t length) {
  char right[64] = "1234";
  ENTER();
  num_t state = session_state(handle);
  if (state != OK) return state;
  num_t tries = number("tries", 3), wrong = wrong_pins();
  setting("pin", right, sizeof right);
  if (wrong >= tries) return PIN_LOCKED;
  if (user != CONTEXT_SPECIFIC && logged_in(handle)) return USER_ALREADY_LOGGED_IN;
  int is_right = length == strlen(right) && memcmp(pin, right, length) == 0;
  if (number("protected-path", 0)) is_right = length == 0;
  if (!is_right) {
    set_wrong_pins(wrong + 1);
    return wrong + 1 >= tries ? PIN_LOCKED : PIN_INCORRECT;
  }
  set_wrong_pins(0);
  if (user == CONTEXT_SPECIFIC) sessions[handle - 1].context_login = 1;
  else {
    login.yes = 1;
    login.slot = sessions[handle - 1].slot;
  }
  return OK;
}

num_t C_Logout(num_t handle) {
  ENTER();
  num_t state = session_state(handle);
  if (state != OK) return state;
  if (logged_in(handle)) login.yes = 0;
  return OK;
}

static num_t class_of(num_t object) { return object == PUBLIC_HANDLE ? PUBLIC_KEY : PRIVATE_KEY; }

num_t C_FindObjectsInit(num_t handle, attribute_t *template, num_t count) {
  ENTER();
  num_t state = session_state(handle);
  if (state != OK) return state;
  found_count = 0;
  if (!number("keys", 1) || key_destroyed) return OK;
  for (num_t object = PUBLIC_HANDLE; object <= PRIVATE_HANDLE; object++) {
    int fits = object == PUBLIC_HANDLE || logged_in(handle);
    for (num_t i = 0; i < count; i++) {
      if (template[i].type == CLASS) fits = fits && *(num_t *)template[i].value == class_of(object);
      if (template[i].type == ID)
        fits = fits && template[i].length == sizeof key_id && memcmp(template[i].value, key_id, sizeof key_id) == 0;
    }
    if (fits) found[found_count++] = object;
  }
  return OK;
}

num_t C_FindObjects(num_t handle, num_t *objects, num_t max, num_t *count) {
  (void)handle;
  ENTER();
  for (*count = 0; *count < max && found_count > 0; (*count)++) objects[*count] = found[--found_count];
  return OK;
}

num_t C_FindObjectsFinal(num_t handle) { (void)handle; ENTER(); return OK; }

static num_t answer(attribute_t *attribute, const void *value, num_t length) {
  if (attribute->value && attribute->length < length) return BUFFER_TOO_SMALL;
  if (attribute->value) memcpy(attribute->value, value, length);
  attribute->length = length;
  return OK;
}

num_t C_GetAttributeValue(num_t handle, num_t object, attribute_t *attributes, num_t count) {
  static byte_t key[4096];
  ENTER();
  num_t state = session_state(handle);
  if (state != OK) return state;
  for (num_t i = 0; i < count; i++) {
    attribute_t *asked = &attributes[i];
    num_t class = class_of(object), value = 0;
    byte_t yes = 1, each = number("always-authenticate", 0) ? 1 : 0;
    byte_t local = number("local", 1) ? 1 : 0, extractable = number("extractable", 0) ? 1 : 0;
    int is_ec = number("key-type", 0x4a) == EC;
    num_t rv = ATTRIBUTE_TYPE_INVALID;
    if (asked->type == CLASS) rv = answer(asked, &class, sizeof class);
    else if (asked->type == ID) rv = answer(asked, key_id, sizeof key_id);
    else if (asked->type == LABEL) rv = answer(asked, "key", 3);
    else if (asked->type == KEY_TYPE) { value = number("key-type", 0x4a); rv = answer(asked, &value, sizeof value); }
    else if (asked->type == PARAMETER_SET) { value = 2; rv = answer(asked, &value, sizeof value); }
    else if (asked->type == ALWAYS_AUTHENTICATE) rv = answer(asked, &each, 1);
    else if (asked->type == EXTRACTABLE) rv = answer(asked, &extractable, 1);
    else if (asked->type == LOCAL) rv = answer(asked, &local, 1);
    else if (asked->type == EC_POINT && is_ec && class == PUBLIC_KEY)
      rv = answer(asked, key, read_file("public-key.bin", key, sizeof key));
    else if (asked->type == TOKEN || asked->type == PRIVATE || asked->type == SENSITIVE ||
             asked->type == NEVER_EXTRACTABLE || asked->type == ALWAYS_SENSITIVE) rv = answer(asked, &yes, 1);
    else if (asked->type == VALUE || asked->type == SEED) {
      if (class == PRIVATE_KEY) rv = ATTRIBUTE_SENSITIVE;
      else if (asked->type == VALUE) rv = answer(asked, key, read_file("public-key.bin", key, sizeof key));
    }
    if (rv != OK) {
      asked->length = (num_t)-1;
      return rv;
    }
  }
  return OK;
}

num_t C_GenerateKeyPair(num_t handle, mechanism_t *mechanism, attribute_t *a, num_t an, attribute_t *b, num_t bn,
                        num_t *public_key, num_t *private_key) {
  (void)a; (void)an; (void)b; (void)bn;
  ENTER();
  num_t state = session_state(handle);
  if (state != OK) return state;
  if (mechanism->mechanism != number("keygen-mechanism", 0x1c)) return MECHANISM_INVALID;
  if (!logged_in(handle)) return USER_NOT_LOGGED_IN;
  key_destroyed = 0;
  *public_key = PUBLIC_HANDLE;
  *private_key = PRIVATE_HANDLE;
  return OK;
}

num_t C_WrapKey(num_t handle, mechanism_t *mechanism, num_t by, num_t key, byte_t *out, num_t *length) {
  (void)handle; (void)mechanism; (void)by; (void)key; (void)out; (void)length;
  ENTER();
  return KEY_UNEXTRACTABLE;
}

num_t C_SignInit(num_t handle, mechanism_t *mechanism, num_t key) {
  ENTER();
  num_t state = session_state(handle);
  if (state != OK) return state;
  if (mechanism->mechanism != number("mechanism", 0x1d)) return MECHANISM_INVALID;
  if (!logged_in(handle)) return USER_NOT_LOGGED_IN;
  if (key != PRIVATE_HANDLE) return KEY_HANDLE_INVALID;
  if (sessions[handle - 1].signing) return OPERATION_ACTIVE;
  sessions[handle - 1].signing = 1;
  sessions[handle - 1].context_login = 0;
  return OK;
}

num_t C_Sign(num_t handle, byte_t *data, num_t data_length, byte_t *signature, num_t *length) {
  static byte_t made[8192];
  char how[16] = "ok";
  ENTER();
  num_t state = session_state(handle);
  if (state != OK) return state;
  if (!sessions[handle - 1].signing) return OPERATION_NOT_INITIALIZED;
  setting("sign", how, sizeof how);
  if (strcmp(how, "hang") == 0) for (;;) pause();
  if (strcmp(how, "crash") == 0) *(volatile int *)NULL = 1;
  sessions[handle - 1].signing = 0;
  if (strcmp(how, "remove") == 0) return DEVICE_REMOVED;
  if (number("always-authenticate", 0) && !sessions[handle - 1].context_login) return USER_NOT_LOGGED_IN;
  num_t have = 0;
  if (strcmp(how, "ask") == 0) {
    remove_file("signature.bin");
    write_file("to-sign.bin", data, data_length);
    while ((have = read_file("signature.bin", made, sizeof made)) == 0) usleep(1000);
  } else have = read_file("signature.bin", made, sizeof made);
  if (*length < have) return BUFFER_TOO_SMALL;
  if (strcmp(how, "flip") == 0) made[0] ^= 1;
  memcpy(signature, made, have);
  *length = have;
  return OK;
}

num_t C_DestroyObject(num_t handle, num_t object) {
  (void)handle; (void)object;
  ENTER();
  key_destroyed = 1;
  return OK;
}

static num_t not_supported(void) {
  enter("other");
  return FUNCTION_NOT_SUPPORTED;
}
#define OTHER ((void *)not_supported)

/* In the order of CK_FUNCTION_LIST, v2.40. */
static struct { version_t version; void *functions[68]; } list = {
  {2, 40},
  {C_Initialize, C_Finalize, C_GetInfo, OTHER, C_GetSlotList, C_GetSlotInfo, C_GetTokenInfo, C_GetMechanismList,
   C_GetMechanismInfo, OTHER, OTHER, OTHER, C_OpenSession, C_CloseSession, OTHER, C_GetSessionInfo,
   OTHER, OTHER, C_Login, C_Logout, OTHER, OTHER, C_DestroyObject, OTHER,
   C_GetAttributeValue, OTHER, C_FindObjectsInit, C_FindObjects, C_FindObjectsFinal, OTHER, OTHER, OTHER,
   OTHER, OTHER, OTHER, OTHER, OTHER, OTHER, OTHER, OTHER,
   OTHER, OTHER, C_SignInit, C_Sign, OTHER, OTHER, OTHER, OTHER,
   OTHER, OTHER, OTHER, OTHER, OTHER, OTHER, OTHER, OTHER,
   OTHER, OTHER, OTHER, C_GenerateKeyPair, C_WrapKey, OTHER, OTHER, OTHER,
   OTHER, OTHER, OTHER, C_WaitForSlotEvent},
};

num_t C_GetFunctionList(void **out) {
  *out = &list;
  return OK;
}
