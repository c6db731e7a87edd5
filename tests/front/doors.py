"""Which page is for whom: the whole house, name by name.

A new address needs a row here, or `test_doors` fails. The word is the standing that
opens the page; what a person sees behind it is tested where the page lives.
"""

PUBLIC = "public"
ACCOUNT = "anybody with an account"
EXPOSED, SUPPORTER = "exposed", "supporter"
COORDINATOR, LEAD = "coordinator", "lead"

DOORS = {
    # the front of the house
    "help_now": PUBLIC,
    "privacy": PUBLIC,
    "invitation": PUBLIC,
    "people": COORDINATOR,
    "role_end": COORDINATOR,
    "invitation_withdraw": COORDINATOR,
    "settings": ACCOUNT,
    "settings_texts": ACCOUNT,
    "settings_phone": ACCOUNT,
    "settings_phone_code": ACCOUNT,
    "settings_phone_remove": ACCOUNT,
    # what people do and are offered
    "home": ACCOUNT,
    "log_coding": EXPOSED,
    "log": EXPOSED,
    "my_activities": EXPOSED,
    "activity": ACCOUNT,
    "take_back": ACCOUNT,
    "offer": ACCOUNT,
    "offer_keep": ACCOUNT,
    "offer_decline": ACCOUNT,
    "offer_quiet": ACCOUNT,
    "times": EXPOSED,
    "support": EXPOSED,
    "ask": EXPOSED,
    "someone_else": EXPOSED,
    "protocol": ACCOUNT,
    # supporters
    "requests": SUPPORTER,
    "request": ACCOUNT,
    "request_pass": SUPPORTER,
    "request_note": SUPPORTER,
    "request_offer": SUPPORTER,
    "request_cover": ACCOUNT,
    "request_close": ACCOUNT,
    "week": SUPPORTER,
    "availability": SUPPORTER,
    "hours_remove": SUPPORTER,
    "time_off": SUPPORTER,
    "time_off_remove": SUPPORTER,
    "booking": ACCOUNT,
    "booking_times": ACCOUNT,
    "booking_keep": ACCOUNT,
    "booking_not_this_time": ACCOUNT,
    "booking_cancel": ACCOUNT,
    "booking_restore": ACCOUNT,
    "booking_outcome": ACCOUNT,
    "booking_calendar": ACCOUNT,
    # check-ins
    "check_ins": ACCOUNT,
    "check_ins_change": ACCOUNT,
    "check_in_thanks": PUBLIC,
    "check_in": ACCOUNT,
    "check_in_saved": ACCOUNT,
    "check_in_delete": ACCOUNT,
    "check_in_share": ACCOUNT,
    "check_in_shared": ACCOUNT,
    "check_in_by_link": PUBLIC,
    "check_in_stop_by_link": PUBLIC,
    # coordinators and leads
    "load": COORDINATOR,
    "plan": COORDINATOR,
    "plan_off": COORDINATOR,
    "studies": COORDINATOR,
    "study_log": COORDINATOR,
    "study_import": COORDINATOR,
    "study_import_batch": COORDINATOR,
    "study_import_undo": COORDINATOR,
    "alerts": LEAD,
    # machines
    "sms_status": PUBLIC,
    "sms_inbound": PUBLIC,
    "message_stop": PUBLIC,
    "health_live": PUBLIC,
    "health_ready": PUBLIC,
    "health_worker": PUBLIC,
}
