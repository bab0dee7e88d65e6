"""Words about how far an item may be shown."""

VISIBILITY = "Vem får se det?"
AS_AGREED = "Som överenskommelsen säger"
VISIBILITIES = {
    "intern": "Internt: forumets egna",
    "parterna": "Parterna",
    "publik": "Alla",
}
AS_THE_FORUM = "Som det brukar vara i forumet"
