/** `POST /api/v1/session`: the page that was opened with a single-use code gets the owner's session for it. */
import { z } from 'zod'
import type { HttpListener } from './listener.ts'
import { isOfAnotherUser } from './peer-user.ts'
import { ProblemError, problem } from './problem.ts'
import { restPrefix } from './rest-routes.ts'
import { sendJson } from './send.ts'

const body = z.strictObject({ code: z.string().max(128) })

export function addSessionRoute({ route, sessions }: Pick<HttpListener, 'route' | 'sessions'>): void {
  route({
    method: 'POST',
    template: `${restPrefix}/session`,
    access: 'own-page',
    async handle({ request, response, readJson }) {
      const parsed = body.safeParse(await readJson())
      if (!parsed.success)
        throw new ProblemError(problem('INPUT_INVALID', { errors: [{ pointer: '#/code', detail: 'a text' }] }))
      // Before the code is used up: whoever else saw it must not spend it either.
      if (await isOfAnotherUser(request.socket)) {
        throw new ProblemError(
          problem('SESSION_CODE_INVALID', { detail: 'The code is for the user who runs the node.' }),
        )
      }
      const session = sessions.exchange(parsed.data.code)
      if (session === undefined) throw new ProblemError(problem('SESSION_CODE_INVALID'))
      sendJson(response, 201, { token: session.token, expiresAt: new Date(session.expiresAtMs).toISOString() })
    },
  })
}
