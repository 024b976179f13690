import { parseAuthorization, signatureOf } from './s3-signature.js';

const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const headers = {
  host: 'examplebucket.s3.amazonaws.com',
  'x-amz-content-sha256': EMPTY,
  'x-amz-date': '20130524T000000Z',
};

describe('signatureOf', () => {
  // The examples of docs.aws.amazon.com, "Signature Calculations for the Authorization Header: Transferring Payload in a Single Chunk".
  it.each([
    [
      { method: 'GET', url: '/test.txt', headers: { ...headers, range: 'bytes=0-9' } },
      'host;range;x-amz-content-sha256;x-amz-date',
      'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    ],
    [
      { method: 'GET', url: '/?max-keys=2&prefix=J', headers },
      'host;x-amz-content-sha256;x-amz-date',
      '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
    ],
  ])('the signature of %j is the one that AWS documents', (request, signedHeaders, signature) => {
    const authorization = parseAuthorization(
      `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=${signedHeaders},Signature=${signature}`,
    )!;
    expect(authorization).toMatchObject({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', signature });
    expect(signatureOf(request, authorization, SECRET)).toBe(signature);
    expect(signatureOf({ ...request, method: 'PUT' }, authorization, SECRET)).not.toBe(signature);
  });

  it.each([undefined, 'Bearer x', 'AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host, Signature=b'])(
    '%j is no authorization of Signature Version 4',
    (header) => expect(parseAuthorization(header)).toBeUndefined(),
  );
});
