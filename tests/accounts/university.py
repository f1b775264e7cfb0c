"""A small OpenID Connect provider on 127.0.0.1, which signs in the current `person` without asking."""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET, KEY_ID = "casebook", "client-secret", "key-1"


class University:
    """`person` are the claims of who signs in; `token_claims` override those of the signed token."""

    def __init__(self):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.person = {"sub": "42", "email": "rita@example.org", "email_verified": True, "name": "Rita"}
        self.token_claims = {}
        self.codes, self.accesses = {}, set()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def settings(self, app):
        """SOCIALACCOUNT_PROVIDERS as settings.py makes it of LIPSE_OIDC_*, with this provider's address."""
        own = {"client_id": CLIENT, "secret": SECRET, "settings": app["settings"] | {"server_url": self.url}}
        return {"openid_connect": {"EMAIL_AUTHENTICATION": True, "APPS": [app | own]}}

    def discovery(self):
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def keys(self):
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [public | {"kid": KEY_ID, "alg": "RS256", "use": "sig"}]}

    def authorize(self, query):
        """Where the browser is sent back to."""
        code = secrets.token_urlsafe(8)
        self.codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form):
        """The tokens for a code, once, for whoever knows the client's secret and the code's verifier."""
        asked = self.codes.pop(form.get("code"), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        is_client = (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)
        if asked is None or not is_client or challenge != asked["code_challenge"]:
            return None
        access = secrets.token_urlsafe(8)
        self.accesses.add(access)
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, **self.person, **self.token_claims}
        signed = jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": KEY_ID})
        return {"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": signed}

    def _handler(university):
        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args):
                pass

            def do_GET(self):
                address = urlsplit(self.path)
                if address.path == "/authorize":
                    self.send_response(302)
                    self.send_header("Location", university.authorize(dict(parse_qsl(address.query))))
                    self.end_headers()
                elif address.path == "/userinfo":
                    is_known = self.headers.get("Authorization", "").removeprefix("Bearer ") in university.accesses
                    self.answer(university.person if is_known else None)
                else:
                    pages = {
                        "/.well-known/openid-configuration": university.discovery,
                        "/keys": university.keys,
                    }
                    self.answer(pages[address.path]())

            def do_POST(self):
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                self.answer(university.token({name: values[0] for name, values in form.items()}))

            def answer(self, data):
                body = json.dumps(data if data is not None else {"error": "invalid_grant"}).encode()
                self.send_response(200 if data is not None else 400)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        return Handler
