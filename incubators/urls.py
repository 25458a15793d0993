app_name = "incubators"
urlpatterns = []
