interface Response {
  json(body: unknown): unknown;
  send(body: Buffer): unknown;
  setHeader(name: string, value: string): unknown;
}

/**
 * JSON responses have exactly `application/json`, as Discord's do: several libraries compare the whole header. Express adds a
 * charset to text, but not to bytes.
 */
export function jsonAnswers(_request: unknown, response: Response, next: () => void): void {
  response.json = (body) => {
    response.setHeader('Content-Type', 'application/json');
    return response.send(Buffer.from(JSON.stringify(body)));
  };
  next();
}
