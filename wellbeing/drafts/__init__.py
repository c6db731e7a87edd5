"""How a protocol text becomes a version: written, reviewed, signed, dated by a team.

`texts` holds the words, `comments` what people say of them, `signatures` who agreed,
`proposals` what anybody would like to change, `reviews` when to look again.
"""
