"""pycsw on loopback over a folder of records: serve.py <folder> <page size>.

The folder's *.xml and *.json are loaded into a database beside them, in the order of their names. Says `listening <port>` when it answers.
Each line on its standard input is an order as JSON, answered by one line `done` or `failed <why>`; it ends with its standard input.
"""
import json
import logging
import os
import sqlite3
import sys
import threading

import yaml

folder, page_size = sys.argv[1], int(sys.argv[2])
database = os.path.join(folder, 'catalogue.db')
config_file = os.path.join(folder, 'pycsw.yml')


def say(line):
    sys.__stdout__.write(line + '\n')
    sys.__stdout__.flush()


def configuration(port):
    contact = {
        'name': 'County', 'position': 'Clerk', 'address': 'Quay 1', 'city': 'Ferry', 'stateorprovince': 'X',
        'postalcode': '1', 'country': 'X', 'phone': '+1', 'fax': '+1', 'email': 'county@example.org',
        'url': 'http://county.example.org', 'hours': 'always', 'instructions': 'none', 'role': 'pointOfContact',
    }
    return {
        'server': {
            'url': f'http://127.0.0.1:{port}', 'mimetype': 'application/xml; charset=UTF-8', 'encoding': 'UTF-8',
            'language': 'en-US', 'maxrecords': page_size, 'pretty_print': False,
        },
        'logging': {'level': 'ERROR'},
        'manager': {'transactions': True, 'allowed_ips': ['127.0.0.1']},
        'metadata': {
            'identification': {
                'title': 'The county catalogue', 'description': 'Records of the county', 'keywords': ['county'],
                'keywords_type': 'theme', 'fees': 'None', 'accessconstraints': 'None',
            },
            'provider': {'name': 'County', 'url': 'http://county.example.org'},
            'contact': contact,
            'inspire': {'enabled': False},
        },
        'profiles': ['apiso'],
        'repository': {'database': f'sqlite:///{database}', 'table': 'records'},
    }


def poison(identifier):
    """Makes a record whose XML the server itself cannot read: every page with it fails."""
    with sqlite3.connect(database, timeout=10) as connection:
        sql = "update records set xml = '<gmd:MD_Metadata' where identifier = ?"
        if connection.execute(sql, (identifier,)).rowcount != 1:
            raise ValueError(f'there is no record {identifier}')


def obey():
    for line in sys.stdin:
        try:
            poison(json.loads(line)['poison'])
            say('done')
        except Exception as error:  # the test that gave the order shall hear of it
            say(f'failed {error}')
    os._exit(0)


def main():
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        protocol_version = 'HTTP/1.1'

        def log(self, *_):
            pass

    server = make_server('127.0.0.1', 0, None, threaded=True, request_handler=Quiet)
    config = configuration(server.port)
    with open(config_file, 'w', encoding='utf8') as file:
        yaml.safe_dump(config, file)
    os.environ['PYCSW_CONFIG'] = config_file
    from pycsw.core import admin, config as pconfig, repository

    context = pconfig.StaticContext()
    repository.setup(config['repository']['database'], 'records')
    admin.load_records(context, config['repository']['database'], 'records', folder)
    from pycsw.wsgi_flask import APP

    server.app = APP
    threading.Thread(target=obey, daemon=True).start()
    say(f'listening {server.port}')
    server.serve_forever()


logging.disable(logging.WARNING)
main()
