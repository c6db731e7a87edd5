"""A middleware for tests: whoever gets past the door is told so, and nothing runs."""

from django.http import HttpResponse


class Opened:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        return HttpResponse("opened")
