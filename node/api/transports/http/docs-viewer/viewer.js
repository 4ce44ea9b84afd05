// The page /docs in the browser: gets the document with the owner's token, and shows it. The token is one of the browser
// interface's session, one exchanged for the code in the address (`#c=<code>`), or pasted; it stays in this tab.

const tokenKey = 'qudag.token'
const form = document.querySelector('#token-form')
const input = document.querySelector('#token')
const message = document.querySelector('#message')

/** @returns {Promise<string | undefined>} */
async function tokenOfCode() {
  const code = new URLSearchParams(location.hash.slice(1)).get('c')
  if (code === null) return undefined
  history.replaceState(null, '', location.pathname)
  const answer = await fetch('/api/v1/session', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ code }),
  })
  return answer.ok ? (await answer.json()).token : undefined
}

/** @param {string} token */
async function show(token) {
  const answer = await fetch('/openapi.json', { headers: { Authorization: `Bearer ${token}` } })
  if (!answer.ok) {
    sessionStorage.removeItem(tokenKey)
    message.textContent = `The node refused the token: ${(await answer.json()).title}`
    form.hidden = false
    return
  }
  sessionStorage.setItem(tokenKey, token)
  form.hidden = true
  message.textContent = ''
  globalThis.SwaggerUIBundle({
    spec: await answer.json(),
    dom_id: '#viewer',
    validatorUrl: null,
    deepLinking: false,
    requestInterceptor: (request) => {
      request.headers.Authorization = `Bearer ${token}`
      return request
    },
  })
}

form.addEventListener('submit', (event) => {
  event.preventDefault()
  const token = input.value.trim()
  input.value = ''
  if (token !== '') void show(token)
})

const known = (await tokenOfCode()) ?? sessionStorage.getItem(tokenKey)
if (known === null) form.hidden = false
else await show(known)
