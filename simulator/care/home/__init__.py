"""Home monitoring 居家监测: patients of clinics who measure at home and send it, apart from the hospital's queues."""
